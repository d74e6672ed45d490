// What some tuples are connected with: hosts, destinations, names and certificates, and others that share one with them.

import type { TupleOutline } from './report.ts';
import type { Result } from './result.ts';
import { destination } from './tuples.ts';

/** Kinds of things, in the order of the columns in which they are drawn. */
export const KINDS = ['host', 'destination', 'name', 'certificate'] as const;

export type Kind = (typeof KINDS)[number];

export interface Thing {
  kind: Kind;
  /** As the tuple has it. */
  value: string;
  /** The field and the value by which it is followed: of a destination its address. */
  field: string;
  follows: string;
  flagged: boolean;
  /** Its place in its column. */
  row: number;
}

export type Relation = 'contacts' | 'named' | 'looked_up' | 'serves';

export interface Tie {
  from: Thing;
  to: Thing;
  relation: Relation;
}

export interface Neighbours {
  things: Thing[];
  ties: Tie[];
  /** Tuples that share something and were left out. */
  left: number;
}

/** Tuples that are drawn, and things: more cannot be read. */
const MOST_TUPLES = 24;
const MOST_THINGS = 48;
/** Tuples that share something and are counted. */
const MOST_OTHERS = 1000;
/** Names and certificates of one tuple. */
const MOST_OF_ONE = 4;

/** `flagged` says of a tuple's place whether it is. */
export function neighboursOf(
  result: Result,
  places: readonly number[],
  flagged: (place: number) => boolean,
): Neighbours {
  const { tuples } = result.outline;
  const chosen = places.slice(0, MOST_TUPLES);
  const shared = new Set(chosen.flatMap((place) => sharable(tuples[place])));
  const inChosen = new Set(chosen);
  const others: number[] = [];
  for (let place = 0; place < tuples.length && others.length < MOST_OTHERS; place++)
    if (!inChosen.has(place) && shares(tuples[place], shared)) others.push(place);
  const things = new Map<string, Thing>();
  const ties = new Map<string, Tie>();
  let left = places.length - chosen.length;
  for (const place of [...chosen, ...others]) {
    if (things.size >= MOST_THINGS || (left && !inChosen.has(place))) {
      left += 1;
      continue;
    }
    add(tuples[place], flagged(place), things, ties);
  }
  const all = [...things.values()];
  order(all, [...ties.values()]);
  return { things: all, ties: [...ties.values()], left };
}

/** By what tuples are neighbours: addresses, names and fingerprints never look alike. */
const sharable = ({ resp_h, server_names, fingerprints }: TupleOutline): string[] => [
  resp_h,
  ...server_names.slice(0, MOST_OF_ONE),
  ...fingerprints.certificate.slice(0, MOST_OF_ONE),
];

const shares = ({ resp_h, server_names, fingerprints }: TupleOutline, shared: Set<string>): boolean =>
  shared.has(resp_h) ||
  server_names.slice(0, MOST_OF_ONE).some((name) => shared.has(name)) ||
  fingerprints.certificate.slice(0, MOST_OF_ONE).some((print) => shared.has(print));

function add(
  tuple: TupleOutline,
  flagged: boolean,
  things: Map<string, Thing>,
  ties: Map<string, Tie>,
): void {
  const thing = (kind: Kind, value: string, field: string, follows = value): Thing => {
    const key = `${kind} ${value}`;
    const held = things.get(key) ?? { kind, value, field, follows, flagged: false, row: things.size };
    if (kind !== 'host') held.flagged ||= flagged;
    things.set(key, held);
    return held;
  };
  const tie = (from: Thing, to: Thing, relation: Relation) =>
    ties.set(`${from.kind} ${from.value} ${relation} ${to.value}`, { from, to, relation });
  const to = thing('destination', destination(tuple), 'destination', tuple.resp_h);
  tie(thing('host', tuple.orig_h, 'source'), to, 'contacts');
  const named = new Set(tuple.server_names.slice(0, MOST_OF_ONE).map((name) => name.toLowerCase()));
  for (const name of named) tie(to, thing('name', name, 'sni'), 'named');
  for (const { name } of tuple.dns.names.slice(0, MOST_OF_ONE))
    if (!named.has(name)) tie(to, thing('name', name, 'looked_up'), 'looked_up');
  for (const print of tuple.fingerprints.certificate.slice(0, MOST_OF_ONE))
    tie(to, thing('certificate', print, 'certificate'), 'serves');
}

/** Puts the things of each column in an order in which few lines cross: each near the middle of those that it is tied to. */
function order(things: Thing[], ties: Tie[]): void {
  const columns = KINDS.map((kind) => things.filter((thing) => thing.kind === kind));
  const tied = new Map<Thing, Thing[]>();
  for (const { from, to } of ties) {
    tied.set(from, [...(tied.get(from) ?? []), to]);
    tied.set(to, [...(tied.get(to) ?? []), from]);
  }
  for (const column of columns) number(column);
  for (let round = 0; round < 4; round++) {
    for (const column of round % 2 ? columns.toReversed() : columns) {
      const middle = new Map(
        column.map((thing) => {
          const rows = (tied.get(thing) ?? []).map(({ row }) => row);
          return [thing, rows.length ? rows.reduce((sum, row) => sum + row, 0) / rows.length : thing.row];
        }),
      );
      column.sort((a, b) => (middle.get(a) ?? 0) - (middle.get(b) ?? 0));
      number(column);
    }
  }
}

function number(column: Thing[]): void {
  for (const [row, thing] of column.entries()) thing.row = row;
}
