// What is known of one host: the tuples that it begins, and those that it answers.

import type { Bin } from './bins.ts';
import { binOf } from './bins.ts';
import type { Result, Span } from './result.ts';

export interface Host {
  address: string;
  /** Places of the tuples that it begins, and that it answers, in the Report's order. */
  begins: number[];
  answers: number[];
  /** Both. */
  all: number[];
}

const held = new WeakMap<Result, Map<string, Host>>();

/** A host by its address. */
export function hostOf(result: Result, address: string): Host {
  const known = held.get(result) ?? new Map<string, Host>();
  held.set(result, known);
  let host = known.get(address);
  if (!host) {
    host = { address, begins: [], answers: [], all: [] };
    result.outline.tuples.forEach(({ orig_h, resp_h }, place) => {
      if (orig_h === address) host?.begins.push(place);
      if (resp_h === address) host?.answers.push(place);
      if (orig_h === address || resp_h === address) host?.all.push(place);
    });
    known.set(address, host);
  }
  return host;
}

const served = new WeakMap<Result, Map<string, number[]>>();

/** Places of the tuples whose servers sent a certificate as their own. */
export function tuplesWith(result: Result, certificate: string): number[] {
  const known = served.get(result) ?? new Map<string, number[]>();
  served.set(result, known);
  const places =
    known.get(certificate) ??
    result.outline.tuples.flatMap(({ fingerprints }, place) =>
      fingerprints.certificate.includes(certificate) ? [place] : [],
    );
  known.set(certificate, places);
  return places;
}

/** First and last start of the connections of some tuples; `undefined` without one. */
export function spanOf(result: Result, places: readonly number[]): Span | undefined {
  let [from, to] = [Infinity, -Infinity];
  for (const place of places) {
    const starts = result.startsOf(place);
    if (!starts.length) continue;
    from = Math.min(from, starts[0]);
    to = Math.max(to, starts[starts.length - 1]);
  }
  return from <= to ? [from, to] : undefined;
}

/** How many connections of some tuples began in each part of a span, by verdict. */
export function binsOf(
  result: Result,
  places: readonly number[],
  kinds: Uint8Array,
  [from, to]: Span,
  count: number,
): Bin[] {
  const bins = Array.from({ length: count }, (): Bin => [0, 0, 0, 0]);
  for (const place of places)
    for (const start of result.startsOf(place)) bins[binOf(start, from, to, count)][kinds[place]] += 1;
  return bins;
}

/** How often each text occurs, the most frequent first. */
export function ranked(texts: Iterable<string>): [text: string, count: number][] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}
