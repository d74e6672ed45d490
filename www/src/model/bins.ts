// Numbers → bins, and the coordinates of plots.

/** What `count()` gives for a result at a threshold, counted anew only when either has changed; `kept` remembers it. */
export function keptBins(kept, name, result, threshold, count) {
  const held = kept[name];
  if (held?.result !== result || held.threshold !== threshold) kept[name] = { result, threshold, bins: count() };
  return kept[name].bins;
}

/** How many tuples have each score: in each of `count` bins a number for each of [`VERDICTS`]. */
export function scoreBins(result, kinds, count) {
  const bins = Array.from({ length: count }, () => [0, 0, 0]);
  for (let i = 0; i < result.length; i++) bins[Math.min(count - 1, Math.floor(result.score(i) * count))][kinds[i]] += 1;
  return bins;
}

/** How many connections began in each part of the span, likewise. */
export function timeBins({ numbers: { starts, offsets } }, kinds, [from, to], count) {
  const bins = Array.from({ length: count }, () => [0, 0, 0]);
  for (let i = 0; i < kinds.length; i++) {
    for (let place = offsets[i]; place < offsets[i + 1]; place++) bins[binOf(starts[place], from, to, count)][kinds[i]] += 1;
  }
  return bins;
}

/** The bin of a time in the span. */
export function binOf(time, from, to, count) {
  return to > from ? Math.min(count - 1, Math.max(0, Math.floor(((time - from) / (to - from)) * count))) : 0;
}

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
