// The columns that the table can have, and a row as text.

import { addressKey } from './network.ts';
import { tsvLine } from './spreadsheet.ts';
import { VERDICTS, destination, verdictOf } from './tuples.ts';

/**
 * Columns that are no feature: what they sort by (`of`), the way of the first click, and their width. Those that `yield`
 * leave the table where the details need the room.
 */
export const COLUMNS = {
  verdict: { first: 'asc', width: '9.6em', of: ({ result, threshold }, i) => VERDICTS.indexOf(verdictOf(result, i, threshold)) },
  score: { first: 'desc', width: '8.2em', of: ({ result }, i) => result.score(i) },
  server: { first: 'asc', width: 'minmax(10em,2fr)', of: ({ result }, i) => result.outline.tuples[i].server_names[0] ?? '\uffff' },
  destination: {
    first: 'asc',
    width: 'minmax(12em,1.5fr)',
    of: ({ result }, i) => `${addressKey(result.outline.tuples[i].resp_h)} ${String(result.outline.tuples[i].resp_p).padStart(5)}`,
  },
  source: { first: 'asc', width: 'minmax(8em,1fr)', yields: true, of: ({ result }, i) => addressKey(result.outline.tuples[i].orig_h) },
  connections: { first: 'desc', width: '7.2em', number: true, of: ({ result }, i) => result.outline.tuples[i].connections },
  activity: { first: 'asc', width: 'minmax(9em,1.3fr)', yields: true, of: ({ result }, i) => result.startsOf(i)[0] ?? Infinity },
  began: { first: 'asc', width: '12em', of: ({ result }, i) => result.startsOf(i)[0] ?? Infinity },
};

export const FIRST_COLUMNS = ['verdict', 'score', 'server', 'destination', 'source', 'connections', 'activity'];

/** A column by its name: one of [`COLUMNS`], or a feature; `undefined` where there is none. */
export function columnOf(name, result) {
  if (Object.hasOwn(COLUMNS, name)) return COLUMNS[name];
  const place = result.schema.features.findIndex((feature) => feature.name === name);
  if (place < 0) return undefined;
  const of = ({ result }, i) => {
    const value = result.value(place, i);
    return Number.isNaN(value) ? -Infinity : value;
  };
  return { first: 'desc', width: '9em', number: true, feature: result.schema.features[place], place, of };
}

/** A row as text for a table of another program: the shown columns' plain values, tabs between them. */
export function rowText(result, index, columns, threshold) {
  const tuple = result.outline.tuples[index];
  const plain = {
    verdict: () => verdictOf(result, index, threshold),
    score: () => result.score(index),
    server: () => tuple.server_names.join(','),
    destination: () => destination(tuple),
    source: () => tuple.orig_h,
    connections: () => tuple.connections,
    activity: () => Array.from(result.startsOf(index).slice(0, 1), isoTime).join(),
    began: () => Array.from(result.startsOf(index).slice(0, 1), isoTime).join(),
  };
  const cell = (name) => plain[name]?.() ?? result.value(columnOf(name, result).place, index);
  return tsvLine(columns.map((name) => String(cell(name))));
}

const isoTime = (seconds) => new Date(seconds * 1000).toISOString();
