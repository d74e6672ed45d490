// The columns that the table can have, and a row as text.

import { type Marks, UNMARKED } from './marks.ts';
import { addressKey } from './network.ts';
import { STATUSES } from './notes.ts';
import type { Feature, TupleOutline } from './report.ts';
import type { Result } from './result.ts';
import { tsvLine } from './spreadsheet.ts';
import { destination, VERDICTS, verdictOf } from './tuples.ts';

/** What a result is looked at by. */
export interface Subject {
  result: Result;
  threshold: number | undefined;
  marks: Marks;
}

/** What a column sorts by (`of`), the way of the first click, and its width. Those that `yield` leave the table where the details need the room. */
export interface Column {
  first: 'asc' | 'desc';
  width: string;
  yields?: boolean;
  number?: boolean;
  /** Whether it shows what the reader has marked or supplied. */
  marked?: boolean;
  of(subject: Subject, index: number): number | string;
  /** The feature that it shows, and its place in the schema; absent of what is not a feature. */
  shows?: { feature: Feature; place: number };
}

/** Columns that are no feature. */
const COLUMNS = new Map<string, Column>(
  Object.entries({
    verdict: {
      first: 'asc',
      width: '9.6em',
      of: ({ result, threshold }, i) => VERDICTS.indexOf(verdictOf(result, i, threshold)),
    },
    score: { first: 'desc', width: '8.2em', of: ({ result }, i) => result.score(i) },
    server: {
      first: 'asc',
      width: 'minmax(10em,2fr)',
      of: ({ result }, i) => result.outline.tuples[i].server_names[0] ?? '\uffff',
    },
    destination: {
      first: 'asc',
      width: 'minmax(12em,1.5fr)',
      of: ({ result }, i) =>
        `${addressKey(result.outline.tuples[i].resp_h)} ${String(result.outline.tuples[i].resp_p).padStart(5)}`,
    },
    input: {
      first: 'asc',
      width: 'minmax(8em,1fr)',
      yields: true,
      of: ({ result }, i) => {
        const [first, ...more] = result.inputsOf(i);
        return `${more.length ? 1 : 0} ${first}`;
      },
    },
    source: {
      first: 'asc',
      width: 'minmax(8em,1fr)',
      of: ({ result }, i) => addressKey(result.outline.tuples[i].orig_h),
    },
    connections: {
      first: 'desc',
      width: '7.2em',
      number: true,
      yields: true,
      of: ({ result }, i) => result.outline.tuples[i].connections,
    },
    activity: {
      first: 'asc',
      width: 'minmax(9em,1.3fr)',
      yields: true,
      of: ({ result }, i) => result.startsOf(i)[0] ?? Infinity,
    },
    began: { first: 'asc', width: '12em', of: ({ result }, i) => result.startsOf(i)[0] ?? Infinity },
    organisation: {
      first: 'asc',
      width: 'minmax(9em,1fr)',
      marked: true,
      of: ({ result, marks }, i) => marks.placeOf(result.outline.tuples[i].resp_h).organisation ?? '\uffff',
    },
    country: {
      first: 'asc',
      width: '6em',
      marked: true,
      of: ({ result, marks }, i) => marks.placeOf(result.outline.tuples[i].resp_h).country ?? '\uffff',
    },
    status: {
      first: 'desc',
      width: '8em',
      marked: true,
      of: ({ marks }, i) => STATUSES.indexOf(marks.notes.get(i)?.[0].status ?? 'new'),
    },
    network: {
      first: 'asc',
      width: '9.6em',
      of: ({ result }, i) => {
        const { profile_verdict } = result.outline.tuples[i];
        return profile_verdict === null ? VERDICTS.length : VERDICTS.indexOf(profile_verdict);
      },
    },
  } satisfies Record<string, Column>),
);

/** Names of the columns that are no feature, in the order of the table. */
export const columnNames = (result: Result): string[] =>
  [...COLUMNS.keys()].filter((name) => columnOf(name, result));

export const isOwnColumn = (name: string): boolean => COLUMNS.has(name);

/** The order at first. */
export const FIRST_SORT: { column: string; direction: 'asc' | 'desc' } = {
  column: 'score',
  direction: 'desc',
};

export const FIRST_COLUMNS: readonly string[] = [
  'verdict',
  'score',
  'server',
  'destination',
  'input',
  'source',
  'connections',
  'activity',
];

/** A column by its name: one of [`COLUMNS`], or a feature; `undefined` where there is none. */
export function columnOf(name: string, result: Result): Column | undefined {
  const own = COLUMNS.get(name);
  // Of a single input it says nothing.
  if (own) return name === 'input' && result.inputs < 2 ? undefined : own;
  const place = result.schema.features.findIndex((feature) => feature.name === name);
  if (place < 0) return undefined;
  const of = ({ result }: Subject, i: number) => {
    const value = result.value(place, i);
    return Number.isNaN(value) ? -Infinity : value;
  };
  return {
    first: 'desc',
    width: '9em',
    number: true,
    shows: { feature: result.schema.features[place], place },
    of,
  };
}

/** A row as text for a table of another program: the names of the shown columns, and their plain values; tabs between them. */
export function rowText(
  result: Result,
  index: number,
  columns: readonly string[],
  threshold?: number,
  marks: Marks = UNMARKED,
): string {
  const tuple = result.outline.tuples[index];
  const plain = new Map<string, () => string | number>(
    Object.entries({
      verdict: () => verdictOf(result, index, threshold),
      score: () => result.score(index),
      server: () => tuple.server_names.join(','),
      destination: () => destination(tuple),
      input: () => result.inputsOf(index).join(),
      source: () => tuple.orig_h,
      connections: () => tuple.connections,
      activity: () => Array.from(result.startsOf(index).slice(0, 1), isoTime).join(),
      began: () => Array.from(result.startsOf(index).slice(0, 1), isoTime).join(),
      ...markedTexts(tuple, index, marks),
    }),
  );
  const cell = (name: string) => plain.get(name)?.() ?? result.value(placeOf(name, result), index);
  const there = columns.filter((name) => columnOf(name, result));
  return `${tsvLine([...there])}\n${tsvLine(there.map((name) => rounded(cell(name))))}`;
}

/** Significant digits of a copied number: the exports have them all. */
const DIGITS = 6;

const rounded = (value: string | number) =>
  typeof value === 'string' ? value : Number.isNaN(value) ? '' : String(Number(value.toPrecision(DIGITS)));

/** What the reader has marked or supplied of a tuple, and the verdict of the profile, by column. */
export const markedTexts = (tuple: TupleOutline, index: number, marks: Marks) => ({
  organisation: () => marks.placeOf(tuple.resp_h).organisation ?? '',
  country: () => marks.placeOf(tuple.resp_h).country ?? '',
  status: () => marks.notes.get(index)?.[0].status ?? 'new',
  network: () => tuple.profile_verdict ?? '',
});

const placeOf = (name: string, { schema }: Result) =>
  schema.features.findIndex((feature) => feature.name === name);

const isoTime = (seconds: number) => new Date(seconds * 1000).toISOString();
