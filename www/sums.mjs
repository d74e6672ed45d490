// SHA256SUMS beside what is released: `sha256sum -c SHA256SUMS` in the folder checks every file.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

const NAME = 'SHA256SUMS';

/** Writes the sums of all files below `folder`, by path. */
export function writeSums(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)).split(sep).join('/'));
  const lines = paths
    .filter((path) => path !== NAME)
    .sort()
    .map((path) => `${createHash('sha256').update(readFileSync(join(folder, path))).digest('hex')}  ${path}\n`);
  writeFileSync(join(folder, NAME), lines.join(''));
}
