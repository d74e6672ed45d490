// The program as an npm package: the module, the API for browsers and for Node.js, its types and examples. It is packed by
// `npm pack` in its folder, and not published.

import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const www = dirname(fileURLToPath(import.meta.url));
const source = join(www, 'npm');

/** Copied as they are. */
const COPIED = ['index.d.ts', 'worker.js', 'README.md', 'example'];

/** Generated from the crate's declarations: the Report's types, and its JSON schema. */
const GENERATED = { 'report.ts': 'report.d.ts', 'report.schema.json': 'report.schema.json' };

/** Writes the package into `folder`: `wasmDir` holds the module and its JavaScript. */
export async function writePackage(folder, { wasmDir, version }) {
  mkdirSync(folder, { recursive: true });
  const forms = { 'index.js': 'host.web.js', 'node.js': 'host.node.js' };
  for (const [file, host] of Object.entries(forms)) {
    await esbuild.build({
      entryPoints: [join(source, 'index.js')],
      outfile: join(folder, file),
      bundle: true,
      minify: true,
      format: 'esm',
      target: 'es2022',
      charset: 'utf8',
      legalComments: 'none',
      logLevel: 'warning',
      external: ['node:*'],
      inject: [join(source, 'report-error.js')],
      alias: { 'hushcap-host': join(source, host), 'hushcap-wasm': join(wasmDir, 'hushcap.js') },
    });
  }
  copyFileSync(join(wasmDir, 'hushcap_bg.wasm'), join(folder, 'hushcap.wasm'));
  for (const name of COPIED) cpSync(join(source, name), join(folder, name), { recursive: true });
  for (const [name, own] of Object.entries(GENERATED)) copyFileSync(join(www, 'src/generated', name), join(folder, own));
  for (const name of ['LICENSE-MIT', 'LICENSE-APACHE']) copyFileSync(join(www, '..', name), join(folder, name));
  const { name, ...rest } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ name, version, ...rest }, null, 2)}\n`);
}
