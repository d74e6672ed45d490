// The installable form of the page: the same script and style in a folder of their own, with a manifest and a service
// worker, and with a policy that allows these two beside what the plain page may do.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const www = dirname(fileURLToPath(import.meta.url));

/** What the policy of this form has beside the plain page's, by directive. */
export const MORE_POLICY = {
  'worker-src': "'self'",
  'img-src': "'self'",
  'manifest-src': "'self'",
  'trusted-types': 'hushcap-install',
};

/** What its document has beside the plain page's. */
export const MORE_HEAD = `<link rel="manifest" href="manifest.webmanifest">
<script src="install.js" defer></script>`;

/** Writes the form into `folder`: `files` holds its document, script and style by name. */
export function writeInstallable(folder, files, build) {
  const source = (name) => readFileSync(join(www, 'installable', name), 'utf8');
  const kept = {
    ...files,
    'install.js': source('install.js'),
    'manifest.webmanifest': source('manifest.json'),
    'icon.svg': readFileSync(join(www, 'icon.svg'), 'utf8'),
  };
  const list = Object.entries(kept).map(([name, text]) => [name === 'index.html' ? './' : name, integrity(text)]);
  const worker = source('sw.js').replace("'@files@'", list.map((file) => JSON.stringify(file)).join(', ')).replace('@build@', integrity(JSON.stringify([build, list])).slice(7, 19));
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries({ ...kept, 'sw.js': worker })) writeFileSync(join(folder, name), text);
}

function integrity(text) {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
