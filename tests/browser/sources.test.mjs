// How the page's sources stand to each other.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { test } from 'node:test';
import { root } from './support.mjs';

/** The folders, each of which may use those before it and itself. */
const LAYERS = ['model', 'browser', 'engine', 'state', 'views', 'report'];

const sources = join(root, 'www/src');

test('no module imports from a folder above its own', () => {
  const files = readdirSync(sources, { recursive: true }).map(normalize).filter((name) => name.endsWith('.ts') && name.includes('/'));
  assert.ok(files.length > 50);
  const upward = files.flatMap((file) => {
    const layer = layerOf(file);
    const imported = [...readFileSync(join(sources, file), 'utf8').matchAll(/(?:from|import) '(\.[^']+)'/g)].map(([, path]) => join(file, '..', path));
    return imported.filter((path) => layerOf(path) > layer).map((path) => `${file} → ${path}`);
  });
  assert.deepEqual(upward, []);
});

/** The place of a file's folder in LAYERS; the words and their catalogues lie below all. */
function layerOf(file) {
  const [folder] = file.split('/');
  if (['text.ts', 'texts', 'generated'].includes(folder)) return -1;
  assert.ok(LAYERS.includes(folder), `${file} is in no layer`);
  return LAYERS.indexOf(folder);
}
