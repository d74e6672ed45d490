// The connections that are looked at: of which host or tuple, which of them and in which order, and the records of those in view.

import {
  type Connections,
  type ConnectionsWanted,
  connectionRows,
  passingOf,
  recordsOf,
} from '../model/connections.ts';
import type { LogRow } from '../model/report.ts';
import type { Result } from '../model/result.ts';
import { inSteps } from '../model/steps.ts';
import { same } from './finder.ts';
import { answererOf, type Input, type View } from './input.ts';
import { look, lookedAt } from './looked.ts';

/** Records that are held of one answer; the page asks again for others. */
const HELD = 4000;

/** The question for the connections of what is looked at: a host, a tuple, or all. */
export function scopeOf({
  place,
  details,
  selected,
}: View): [host: string | undefined, tuple: number | undefined] {
  if (place?.field === 'host') return [place.value, undefined];
  return [undefined, details ? selected : undefined];
}

interface Listed {
  from: unknown[];
  /** Rows of the answer; those of an older question until the newest is answered. */
  rows: Uint32Array | undefined;
}

const listed = new WeakMap<Connections, Listed>();

/** Asks for the connections of what is looked at, and finds the rows of it; `changed` is called when either is there. */
export function lookAtConnections(input: Input, result: Result, view: View, changed: () => void): void {
  const scope = scopeOf(view);
  look(input, result, 'connections', scope, changed);
  const connections = lookedAt(input, 'connections', scope)?.answer;
  const { found, brush, filter, connectionSort: sort } = view;
  if (!connections || !found) return;
  const asksForTuples = filter.trim() !== '';
  const from = [asksForTuples && found.rows, brush?.[0], brush?.[1], sort.by, sort.direction];
  const held = listed.get(connections);
  if (held && same(held.from, from)) return;
  const made: Listed = { from, rows: held?.rows };
  listed.set(connections, made);
  const wanted: ConnectionsWanted = {
    passing: asksForTuples ? passingOf(result, found.rows) : undefined,
    brush,
    sort,
  };
  let later = false;
  const done = (rows: Uint32Array) => {
    made.rows = rows;
    if (later) changed();
  };
  inSteps(connectionRows(connections, wanted), done, () => listed.get(connections) === made);
  later = true;
}

/** The rows to list of an answer; `undefined` until they are found. */
export const listedRows = (connections: Connections): Uint32Array | undefined =>
  listed.get(connections)?.rows;

const records = new WeakMap<Connections, Map<number, LogRow | undefined>>();

/** The record of a row, where it is at hand. */
export const recordOf = (connections: Connections, row: number): LogRow | undefined =>
  records.get(connections)?.get(row);

/** Asks for the records of rows that are not at hand; `changed` is called when they are. */
export async function askRecords(
  input: Input,
  connections: Connections,
  rows: number[],
  changed: () => void,
): Promise<void> {
  const held = records.get(connections) ?? new Map<number, LogRow | undefined>();
  records.set(connections, held);
  const wanted = rows.filter((row) => !held.has(row));
  if (!wanted.length) return;
  if (held.size > HELD) held.clear();
  for (const row of wanted) held.set(row, undefined);
  const places = Uint32Array.from(wanted, (row) => connections.places[row]);
  const lines = await answererOf(input)
    ?.ask('connectionRows', [places])
    .catch(() => undefined);
  for (const [i, record] of recordsOf(lines ?? '').entries()) held.set(wanted[i], record);
  changed();
}
