// The page's samples: the rows of the fixtures' manifest that are marked for the page, with their files
// but for what is encrypted.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compress } from 'lzma1';
import { blank } from './blank.mjs';

/** Bytes for a script: LZMA, which is a quarter smaller than what browsers unpack by themselves, then base64. */
export function pack(bytes) {
  return Buffer.from(compress(bytes, 9)).toString('base64');
}

/**
 * Samples as `{file, title: {en, zh}, bytes, from}`, and `packed`, all of them one after the other, as they have much in common; none where
 * there is no manifest.
 */
export function readSamples(manifest) {
  if (!existsSync(manifest)) return { samples: [], packed: '' };
  const [head, ...lines] = readFileSync(manifest, 'utf8').split('\n').filter((line) => line && !line.startsWith('# '));
  const columns = head.replace(/^#/, '').split('\t');
  const contents = [];
  let from = 0;
  const samples = lines
    .map((line) => Object.fromEntries(line.split('\t').map((cell, i) => [columns[i], cell])))
    .filter((row) => row.page_sample === 'yes')
    .map((row) => {
      const bytes = readFileSync(join(dirname(manifest), row.file));
      const file = row.file.split('/').pop();
      contents.push(blank(bytes));
      from += bytes.length;
      return { file, title: { en: row.title_en, zh: row.title_zh }, bytes: bytes.length, from: from - bytes.length };
    });
  return { samples, packed: samples.length ? pack(Buffer.concat(contents)) : '' };
}
