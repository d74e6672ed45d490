// Numbers → bins, and the coordinates of plots.

import type { Activity } from './evidence.ts';
import type { Result, Span } from './result.ts';

/** How many tuples or connections a bin holds of each of [`VERDICTS`]. */
export type Bin = [flagged: number, borderline: number, undecided: number, ordinary: number];

/** Bins of a result at a threshold, by `count`; counted again only when the threshold has changed. */
export function keptBins(count: (result: Result, threshold: number | undefined) => Bin[]) {
  const kept = new WeakMap<Result, { threshold: number | undefined; bins: Bin[] }>();
  return (result: Result, threshold: number | undefined): Bin[] => {
    let held = kept.get(result);
    if (!held || held.threshold !== threshold) {
      held = { threshold, bins: count(result, threshold) };
      kept.set(result, held);
    }
    return held.bins;
  };
}

/** How many tuples have each score: in each of `count` bins a number for each of [`VERDICTS`]. */
export function scoreBins(result: Result, kinds: Uint8Array, count: number): Bin[] {
  const bins = Array.from({ length: count }, (): Bin => [0, 0, 0, 0]);
  for (let i = 0; i < result.length; i++)
    bins[Math.min(count - 1, Math.floor(result.score(i) * count))][kinds[i]] += 1;
  return bins;
}

/** How many connections began in each part of the span, likewise. */
export function timeBins(
  { numbers: { starts, offsets } }: Result,
  kinds: Uint8Array,
  [from, to]: Span,
  count: number,
): Bin[] {
  const bins = Array.from({ length: count }, (): Bin => [0, 0, 0, 0]);
  for (let i = 0; i < kinds.length; i++) {
    for (let place = offsets[i]; place < offsets[i + 1]; place++)
      bins[binOf(starts[place], from, to, count)][kinds[i]] += 1;
  }
  return bins;
}

/** The bin of a time in the span. */
export function binOf(time: number, from: number, to: number, count: number): number {
  return to > from ? Math.min(count - 1, Math.max(0, Math.floor(((time - from) / (to - from)) * count))) : 0;
}

/** Middle, lower and upper quartile of numbers; `undefined` of none. */
export function quartiles(numbers: number[]): { lower: number; middle: number; upper: number } | undefined {
  const sorted = numbers.filter(Number.isFinite).sort((a, b) => a - b);
  if (!sorted.length) return undefined;
  const at = (share: number) => {
    const place = share * (sorted.length - 1);
    const low = Math.floor(place);
    return sorted[low] + (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]) * (place - low);
  };
  return { lower: at(0.25), middle: at(0.5), upper: at(0.75) };
}

/** Starts that are closer than this, in seconds, are one beat, as in the program's own score. */
const ONE_BEAT = 1;

/** How long the intervals between beats are: counts of `bins` of equal `width` in seconds from 0 to the longest. */
export function intervalBins(
  connections: readonly Pick<Activity, 'start'>[],
  count: number,
): { bins: number[]; width: number } {
  const beats: number[] = [];
  for (const { start } of connections)
    if (!beats.length || start - beats[beats.length - 1] >= ONE_BEAT) beats.push(start);
  const intervals = beats.slice(1).map((start, i) => start - beats[i]);
  const longest = intervals.reduce((most, interval) => Math.max(most, interval), 0);
  const width = longest / count;
  const bins = Array.from({ length: count }, () => 0);
  for (const interval of intervals) bins[Math.min(count - 1, Math.floor(interval / width))] += 1;
  return { bins, width };
}
