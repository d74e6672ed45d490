// Builds the page: a folder for any static host (index.html, app.js, style.css), hushcap.html, the same program in one
// file that works from file://, app/, the same program installable, and npm/, a package with the analysis alone. The wasm
// module, the worker and the samples are inlined in the page's script, so that it needs no request after it has loaded and
// its policy can forbid every one.
//
//   node www/build.mjs --wasm-dir FOLDER --out FOLDER [--samples MANIFEST.tsv]

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import * as esbuild from 'esbuild';
import { readCard } from './card.mjs';
import { MORE_HEAD, MORE_POLICY, writeInstallable } from './installable.mjs';
import { writePackage } from './package.mjs';
import { pack, readSamples } from './samples.mjs';
import { writeSums } from './sums.mjs';

const www = dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({
  options: {
    'wasm-dir': { type: 'string' },
    out: { type: 'string', default: 'dist' },
    samples: { type: 'string', default: join(www, '../tests/fixtures/MANIFEST.tsv') },
  },
});
if (!options['wasm-dir']) throw new Error('--wasm-dir is missing: the folder with hushcap.js and hushcap_bg.wasm');

const wasmDir = resolve(options['wasm-dir']);
const wasm = readFileSync(join(wasmDir, 'hushcap_bg.wasm'));
const { samples, packed } = readSamples(options.samples);
const card = readCard(readFileSync(join(www, '../models/FIGURES.md'), 'utf8')) ?? null;
if (!card) console.warn('models/FIGURES.md has no figure for false alarms: the page will show none');
const { version } = JSON.parse(readFileSync(join(www, 'package.json'), 'utf8'));

// The package's entry would bring its encoder too.
const lzma = { 'lzma-decoder': join(www, 'node_modules/lzma1/lib/decoder.js'), 'lzma-buffers': join(www, 'node_modules/lzma1/lib/streams.js') };
const worker = await bundle('src/engine/worker.ts', { alias: { ...lzma, 'hushcap-wasm': join(wasmDir, 'hushcap.js') } });
const style = await bundle('src/style.css', {});
const reportStyle = await bundle('src/report/style.css', {});
const unnamed = await bundle('src/main.ts', {
  alias: lzma,
  plugins: [
    texts('hushcap:wasm', () => pack(wasm)),
    texts('hushcap:samples', () => ({ samples, packed })),
    texts('hushcap:card', () => card),
    texts('hushcap:build', () => ({ version, hash: '@build@' })),
    packedTexts({ 'hushcap:worker': worker, 'hushcap:report-style': { text: reportStyle, source: hashSource(reportStyle) } }),
  ],
});
const build = sha256(unnamed + style).toString('hex').slice(0, 12);
// `(sed s/NAME/@build@/ app.js; cat style.css) | sha256sum` gives the name again; the page says so.
const app = unnamed.replace('"@build@"', `"${build}"`);
if (app.split(build).length !== 2) throw new Error('the script does not hold its name once');

const out = resolve(options.out);
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const linked = {
  scripts: "'self'",
  styles: "'self'",
  style: '<link rel="stylesheet" href="style.css">',
  script: '<script src="app.js" defer></script>',
};
const inlined = {
  scripts: hashSource(app),
  styles: hashSource(style),
  style: `<style>${style}</style>`,
  script: `<script>${app}</script>`,
};
writeFileSync(join(out, 'app.js'), app);
writeFileSync(join(out, 'style.css'), style);
writeFileSync(join(out, 'index.html'), page(linked));
writeFileSync(join(out, 'hushcap.html'), page(inlined));
const installable = page({ ...linked, style: `${linked.style}\n${MORE_HEAD}` }, MORE_POLICY);
writeInstallable(join(out, 'app'), { 'index.html': installable, 'app.js': app, 'style.css': style }, build);
writeFileSync(join(out, 'THIRD-PARTY.txt'), notices(['lit-html', 'lzma1']));
await writePackage(join(out, 'npm'), { wasmDir, version });
writeSums(out);
const sent = gzipSync(app).length + gzipSync(style).length;
console.log(`built ${out}: build ${build}, ${samples.length} samples, first load ${Math.ceil(sent / 1000)} kB compressed`);

/** Bundles one entry into one text. */
async function bundle(entry, more) {
  const result = await esbuild.build({
    entryPoints: [join(www, entry)],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: ['chrome123', 'firefox120', 'safari17.5'],
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
    define: { 'import.meta.url': '""' },
    ...more,
  });
  return result.outputFiles[0].text.trim();
}

/** An esbuild plugin that serves the module `name` from a value. */
function texts(name, value) {
  return {
    name,
    setup(build) {
      build.onResolve({ filter: new RegExp(`^${name}$`) }, () => ({ path: name, namespace: name }));
      build.onLoad({ filter: /.*/, namespace: name }, () => ({
        contents: `export default ${JSON.stringify(value())};`,
        loader: 'js',
      }));
    },
  };
}

/** An esbuild plugin that packs the catalogues and the modules `more` together: they are half of the script, and alike. */
function packedTexts(more) {
  const catalogues = [...readdirSync(join(www, 'src/texts')).map((name) => join('src/texts', name)), 'src/generated/counters.json'];
  const all = Object.fromEntries(catalogues.map((name) => [basename(name), JSON.parse(readFileSync(join(www, name), 'utf8'))]));
  Object.assign(all, more);
  const part = (name) => ({ contents: `import all from 'hushcap:texts'; export default all[${JSON.stringify(name)}];`, resolveDir: www });
  return {
    name: 'packed texts',
    setup(build) {
      build.onResolve({ filter: /^hushcap:texts$/ }, ({ path }) => ({ path, namespace: 'packed' }));
      build.onLoad({ filter: /.*/, namespace: 'packed' }, () => ({
        contents: `import { unpack } from './src/engine/packed.ts';
          export default JSON.parse(new TextDecoder().decode(unpack(${JSON.stringify(pack(Buffer.from(JSON.stringify(all))))})));`,
        resolveDir: www,
      }));
      build.onResolve({ filter: new RegExp(`^(${Object.keys(more).join('|')})$`) }, ({ path }) => ({ path, namespace: 'packed part' }));
      build.onLoad({ filter: /.*/, namespace: 'packed part' }, ({ path }) => part(path));
      build.onLoad({ filter: /(src\/texts\/[\w.]+|src\/generated\/counters)\.json$/ }, ({ path }) => part(basename(path)));
    },
  };
}

/** The HTML with its policy, to which `more` adds by directive. What the policy forbids, the page cannot do, whatever a capture holds. */
function page({ scripts, styles, style, script }, more = {}) {
  const directives = {
    'default-src': "'none'",
    'script-src': `${scripts} 'wasm-unsafe-eval'`,
    'connect-src': "'none'",
    'worker-src': 'blob:',
    'img-src': 'data:',
    'style-src': styles,
    'base-uri': "'none'",
    'form-action': "'none'",
    'require-trusted-types-for': "'script'",
    'trusted-types': 'lit-html hushcap-worker',
  };
  for (const [directive, source] of Object.entries(more)) directives[directive] = [directives[directive], source].filter(Boolean).join(' ');
  const policy = Object.entries(directives).map((directive) => directive.join(' ')).join('; ');
  const icon = `data:image/svg+xml,${encodeURIComponent(readFileSync(join(www, 'icon.svg'), 'utf8').trim())}`;
  const parts = { policy, icon, style, script };
  return readFileSync(join(www, 'index.html'), 'utf8').replace(/@(policy|icon|style|script)@/g, (_, part) => parts[part]);
}

/** A policy source that allows exactly this inline text. */
function hashSource(text) {
  return `'sha256-${sha256(text).toString('base64')}'`;
}

function sha256(text) {
  return createHash('sha256').update(text).digest();
}

/** The licences of what is bundled from npm. */
function notices(packages) {
  return packages
    .map((name) => {
      const folder = join(www, 'node_modules', name);
      const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      return `${name} ${version} (${license})\n\n${readFileSync(join(folder, 'LICENSE'), 'utf8').trim()}\n`;
    })
    .join('\n----------------------------------------\n\n');
}
