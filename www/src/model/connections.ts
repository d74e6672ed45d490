// Single connections: rows of numbers, which are sorted and filtered, and their records, which are asked for where they are in view.

import type { LogRow } from './report.ts';
import type { Result, Span } from './result.ts';
import { BLOCK, sorted, type Work } from './steps.ts';

/** Connections in the order of their starts, as the module tells them. */
export interface Connections {
  /** How many there are; of very many the first are told. */
  all: number;
  /** Places of their records. */
  places: Uint32Array<ArrayBuffer>;
  /** A row of numbers each, as COLUMNS says. */
  numbers: Float64Array<ArrayBuffer>;
  states: string[];
  services: string[];
}

/** What a row of numbers holds, in its order; unknown is NaN. `tuple` is a place of the outline, the last two are places of names. */
export const NUMBERS = ['start', 'duration', 'sent', 'received', 'tuple', 'state', 'service'] as const;

export type ConnectionNumber = (typeof NUMBERS)[number];

export const connectionNumber = ({ numbers }: Connections, row: number, name: ConnectionNumber): number =>
  numbers[row * NUMBERS.length + NUMBERS.indexOf(name)];

/** Which rows are asked for: `passing` says by a tuple's place whether it is, and is absent where all are. */
export interface ConnectionsWanted {
  passing: Uint8Array | undefined;
  brush: Span | undefined;
  sort: { by: ConnectionNumber; direction: 'asc' | 'desc' };
}

/** The rows asked for, in their order, found in steps. */
export function* connectionRows(
  connections: Connections,
  { passing, brush, sort }: ConnectionsWanted,
): Work<Uint32Array> {
  const { length } = connections.places;
  const column = NUMBERS.indexOf(sort.by);
  const width = NUMBERS.length;
  const { numbers } = connections;
  const names =
    sort.by === 'state' ? connections.states : sort.by === 'service' ? connections.services : undefined;
  // By name, and what has none at the end.
  const ranks = names && rankOf(names);
  const keys = new Float64Array(length);
  for (let row = 0; row < length; row++) {
    if (row && row % BLOCK === 0) yield;
    const number = numbers[row * width + column];
    keys[row] = Number.isNaN(number) ? Infinity : ranks ? ranks[number] : number;
  }
  const sign = sort.direction === 'asc' ? 1 : -1;
  const order = yield* sorted(length, (a, b) => {
    if (keys[a] === keys[b]) return a - b;
    if (keys[a] === Infinity || keys[b] === Infinity) return keys[a] < keys[b] ? -1 : 1;
    return keys[a] < keys[b] ? -sign : sign;
  });
  const start = NUMBERS.indexOf('start');
  const tuple = NUMBERS.indexOf('tuple');
  return order.filter((row) => {
    const began = numbers[row * width + start];
    const within = !brush || (began >= brush[0] && began <= brush[1]);
    return within && (!passing || passing[numbers[row * width + tuple]] === 1);
  });
}

function rankOf(names: string[]): number[] {
  const order = names.map((_, i) => i).sort((a, b) => (names[a] < names[b] ? -1 : 1));
  const ranks: number[] = [];
  order.forEach((place, rank) => {
    ranks[place] = rank;
  });
  return ranks;
}

/** By a tuple's place, whether it is one of the rows of the table. */
export function passingOf({ length }: Result, rows: Uint32Array): Uint8Array {
  const passing = new Uint8Array(length);
  for (const row of rows) passing[row] = 1;
  return passing;
}

/** Records as they come: a JSON text a line. */
export const recordsOf = (lines: string): LogRow[] =>
  lines
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
