// Files that the reader chose beside captures → the lists, places and notes, and what is said of it.

import type { Places } from '../../model/lists/places.ts';
import type { UnreadLine } from '../../model/lists/read.ts';
import { readCase } from '../../model/notes.ts';
import { finished } from '../../model/steps.ts';
import { number, t, visible } from '../../text.ts';
import { addNotes } from '../notes.ts';
import { importExpected } from './expected.ts';
import { importList, MOST_BYTES } from './indicators.ts';
import { importPlaces, MOST_PLACE_BYTES } from './places.ts';

/** In words: what was taken of each file, and why something was not. */
export interface Imported {
  done: string[];
  problems: string[];
}

export type ListKind = 'expected' | 'indicators' | 'places' | 'case';

interface Told {
  told?: string;
  problem?: string;
}

const READERS: Record<ListKind, (file: File) => Promise<Told>> = {
  expected,
  indicators,
  places,
  case: notes,
};

export async function importLists(files: File[], kind: ListKind): Promise<Imported> {
  const problems: string[] = [];
  const done: string[] = [];
  const most = kind === 'places' ? MOST_PLACE_BYTES : MOST_BYTES;
  for (const file of files) {
    const { told, problem } = file.size > most ? tooLong(file, most) : await READERS[kind](file);
    if (told) done.push(told);
    if (problem) problems.push(problem);
  }
  return { done, problems };
}

const tooLong = ({ name }: File, most: number): Told => ({
  problem: t('lists.problem.size', { name: visible(name), most: number(most / 1e6) }),
});

async function expected(file: File): Promise<Told> {
  const name = visible(file.name);
  const found = importExpected(await file.text());
  if (!found) return { problem: t('lists.problem.expected', { name }) };
  return {
    told: t('lists.added', { n: found.added }),
    problem: found.refused ? t('lists.problem.refused', { name, count: found.refused }) : undefined,
  };
}

async function indicators(file: File): Promise<Told> {
  const name = visible(file.name);
  const { entries, unread } = await finished(importList(file.name, await file.text()));
  if (!entries.length) return { problem: [t('lists.problem.none', { name }), ...skipped(unread)].join(' ') };
  return { told: [t('lists.taken', { name, count: entries.length }), ...skipped(unread)].join(' ') };
}

const skipped = (unread: UnreadLine[]): string[] =>
  unread.length ? [skippedText(unread) + t('page.stop')] : [];

/** What of a list was not taken, by why. */
export function skippedText(unread: readonly UnreadLine[]): string {
  const counts = new Map<string, number>();
  for (const { why } of unread) counts.set(why, (counts.get(why) ?? 0) + 1);
  return [...counts].map(([why, count]) => t(`lists.skipped.${why}`, { count })).join(t('page.between'));
}

async function places(file: File): Promise<Told> {
  const read = await importPlaces(file);
  return read ? { told: placesText(read) } : { problem: t('places.problem', { name: visible(file.name) }) };
}

/** How much of a file of places there is. */
export function placesText({ name, rows, skipped }: Places): string {
  const shown = visible(name);
  if (!rows) return t('places.taken.database', { name: shown });
  return t(skipped ? 'places.taken.skipped' : 'places.taken', { name: shown, count: rows, skipped });
}

async function notes(file: File): Promise<Told> {
  const name = visible(file.name);
  const read = readCase(await file.text());
  if (!read) return { problem: t('case.problem', { name }) };
  const { otherVersion } = read;
  if (otherVersion !== undefined)
    return { problem: t('case.version', { name, version: visible(String(otherVersion).slice(0, 20)) }) };
  addNotes(read.notes);
  const inputs = read.inputs
    .map(({ name }) => visible(name))
    .slice(0, 5)
    .join(t('page.between'));
  return {
    told: t(inputs ? 'case.taken.inputs' : 'case.taken', { name, count: read.notes.length, inputs }),
    problem: read.refused ? t('case.refused', { name, count: read.refused }) : undefined,
  };
}
