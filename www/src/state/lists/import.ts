// Files that the reader chose → the lists, and what is said of it.

import { finished } from '../../model/steps.ts';
import { number, t, visible } from '../../text.ts';
import { importExpected } from './expected.ts';
import { importList, MOST_BYTES } from './indicators.ts';

/** In words: what was taken, and why something was not. */
export interface Imported {
  done: string;
  problems: string[];
}

export type ListKind = 'expected' | 'indicators';

interface Told {
  told?: string;
  problem?: string;
}

export async function importLists(files: File[], kind: ListKind): Promise<Imported> {
  const problems: string[] = [];
  const done: string[] = [];
  for (const file of files) {
    const name = visible(file.name);
    if (file.size > MOST_BYTES)
      problems.push(t('lists.problem.size', { name, most: number(MOST_BYTES / 1e6) }));
    else {
      const { told, problem } = await { expected, indicators }[kind](file.name, await file.text());
      if (told) done.push(told);
      if (problem) problems.push(problem);
    }
  }
  return { done: done.join(' '), problems };
}

function expected(file: string, text: string): Told {
  const name = visible(file);
  const found = importExpected(text);
  if (!found) return { problem: t('lists.problem.expected', { name }) };
  return {
    told: t('lists.added', { n: found.added }),
    problem: found.refused ? t('lists.problem.refused', { name, count: found.refused }) : undefined,
  };
}

async function indicators(file: string, text: string): Promise<Told> {
  const { entries } = await finished(importList(file, text));
  return entries.length
    ? { told: t('lists.taken', { name: visible(file), count: entries.length }) }
    : { problem: t('lists.problem.none', { name: visible(file) }) };
}
