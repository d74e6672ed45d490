// Numbers → bins, and the coordinates of plots.

/** What `count()` gives for a result at a threshold, counted anew only when either has changed; `kept` remembers it. */
export function keptBins(kept, name, result, threshold, count) {
  const held = kept[name];
  if (held?.result !== result || held.threshold !== threshold) kept[name] = { result, threshold, bins: count() };
  return kept[name].bins;
}

/** Counts of the plots' bins: how many tuples have each score; `[ordinary, flagged, undecided]` a bin. */
export function scoreBins(result, verdictOf, count) {
  const bins = Array.from({ length: count }, () => [0, 0, 0]);
  for (let i = 0; i < result.length; i++) {
    const bin = bins[Math.min(count - 1, Math.floor(result.score(i) * count))];
    bin[KINDS[verdictOf(i)]] += 1;
  }
  return bins;
}

/** How many connections began in each part of the span; `[ordinary, flagged, undecided]` a bin. */
export function timeBins(result, verdictOf, [from, to], count) {
  const bins = Array.from({ length: count }, () => [0, 0, 0]);
  for (let i = 0; i < result.length; i++) {
    const kind = KINDS[verdictOf(i)];
    for (const start of result.startsOf(i)) bins[binOf(start, from, to, count)][kind] += 1;
  }
  return bins;
}

/** The bin of a time in the span. */
export function binOf(time, from, to, count) {
  return to > from ? Math.min(count - 1, Math.max(0, Math.floor(((time - from) / (to - from)) * count))) : 0;
}

const KINDS = { ordinary: 0, 'malware-like': 1, undecided: 2 };

/** Middle, lower and upper quartile of numbers; `undefined` of none. */
export function quartiles(numbers) {
  const sorted = numbers.filter(Number.isFinite).sort((a, b) => a - b);
  if (!sorted.length) return undefined;
  const at = (share) => {
    const place = share * (sorted.length - 1);
    const low = Math.floor(place);
    return sorted[low] + (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]) * (place - low);
  };
  return { lower: at(0.25), middle: at(0.5), upper: at(0.75) };
}
