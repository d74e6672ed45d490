// Two results, before and after → what is new, gone or changed: destinations, names, certificates, fingerprints.
//
// A destination is an address, port and protocol here: the hosts that contact it may have other addresses in another capture.

import type { Verdict } from '../generated/report.ts';
import type { Result } from './result.ts';
import { BLOCK, type Work } from './steps.ts';
import { destination, VERDICTS } from './tuples.ts';

/** Kinds of values that are compared. */
export const VALUE_KINDS = ['names', 'certificates', 'ja4', 'ja3'] as const;
export type ValueKind = (typeof VALUE_KINDS)[number];

/** A destination in one result: its worst tuple, and the values of all. */
export interface Side extends Record<ValueKind, Set<string>> {
  index: number;
  verdict: Verdict;
  score: number;
}

export interface Difference {
  destination: string;
  before: Side | undefined;
  after: Side | undefined;
  /** Of one that is in both, what differs. */
  differs: ('verdict' | ValueKind)[];
}

export interface Comparison {
  before: Result;
  after: Result;
  /** The most like malware first. */
  added: Difference[];
  gone: Difference[];
  changed: Difference[];
  /** How many are the same. */
  same: number;
  /** Values that only one of the results has. */
  values: Record<ValueKind, { added: string[]; gone: string[] }>;
}

export function* compareResults(before: Result, after: Result): Work<Comparison> {
  const [old, fresh] = [yield* sidesOf(before), yield* sidesOf(after)];
  const comparison: Comparison = {
    before,
    after,
    added: [],
    gone: [],
    changed: [],
    same: 0,
    values: yield* valuesOf(old, fresh),
  };
  let count = 0;
  for (const [key, side] of fresh) {
    if (++count % BLOCK === 0) yield;
    const held = old.get(key);
    const differs = held ? differencesOf(held, side) : [];
    if (!held) comparison.added.push({ destination: key, before: undefined, after: side, differs });
    else if (differs.length)
      comparison.changed.push({ destination: key, before: held, after: side, differs });
    else comparison.same += 1;
  }
  for (const [key, side] of old) {
    if (++count % BLOCK === 0) yield;
    if (!fresh.has(key))
      comparison.gone.push({ destination: key, before: side, after: undefined, differs: [] });
  }
  for (const list of [comparison.added, comparison.gone, comparison.changed]) {
    list.sort((one, other) => worst(other) - worst(one));
    yield;
  }
  return comparison;
}

const worst = ({ before, after }: Difference) => Math.max(before?.score ?? 0, after?.score ?? 0);

function* sidesOf(result: Result): Work<Map<string, Side>> {
  const sides = new Map<string, Side>();
  for (const [index, tuple] of result.outline.tuples.entries()) {
    if (index % BLOCK === BLOCK - 1) yield;
    const key = `${destination(tuple)}/${tuple.proto}`;
    let side = sides.get(key);
    const [verdict, score] = [tuple.verdict, result.score(index)];
    if (!side) {
      side = {
        index,
        verdict,
        score,
        names: new Set(),
        certificates: new Set(),
        ja4: new Set(),
        ja3: new Set(),
      };
      sides.set(key, side);
    } else if (VERDICTS.indexOf(verdict) < VERDICTS.indexOf(side.verdict))
      Object.assign(side, { index, verdict, score });
    for (const name of tuple.server_names) side.names.add(name.toLowerCase());
    const { certificate, ja4, ja3 } = tuple.fingerprints;
    for (const print of certificate) side.certificates.add(print);
    for (const print of ja4) side.ja4.add(print);
    for (const print of ja3) side.ja3.add(print);
  }
  return sides;
}

function differencesOf(before: Side, after: Side): Difference['differs'] {
  const values = VALUE_KINDS.filter((kind) => !areSame(before[kind], after[kind]));
  return before.verdict === after.verdict ? values : ['verdict', ...values];
}

const areSame = (some: Set<string>, others: Set<string>) =>
  some.size === others.size && [...some].every((value) => others.has(value));

function* valuesOf(old: Map<string, Side>, fresh: Map<string, Side>): Work<Comparison['values']> {
  const values: Comparison['values'] = {
    names: { added: [], gone: [] },
    certificates: { added: [], gone: [] },
    ja4: { added: [], gone: [] },
    ja3: { added: [], gone: [] },
  };
  for (const kind of VALUE_KINDS) {
    const [before, after] = [yield* allOf(old, kind), yield* allOf(fresh, kind)];
    values[kind] = {
      added: [...after].filter((value) => !before.has(value)).sort(),
      gone: [...before].filter((value) => !after.has(value)).sort(),
    };
    yield;
  }
  return values;
}

function* allOf(sides: Map<string, Side>, kind: ValueKind): Work<Set<string>> {
  const all = new Set<string>();
  let count = 0;
  for (const side of sides.values()) {
    if (++count % BLOCK === 0) yield;
    for (const value of side[kind]) all.add(value);
  }
  return all;
}
