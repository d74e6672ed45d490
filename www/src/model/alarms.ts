// How many false alarms to expect, by what the model card counted.

/** The share of benign destinations that reach `threshold`; `undefined` where the counted scores do not say. `shares` is `[score, share]` by ascending score. */
export function shareReaching(
  threshold: number,
  shares: [score: number, share: number][],
): number | undefined {
  const above = shares.findIndex(([score]) => score >= threshold);
  if (above < 0) return undefined;
  const [score, share] = shares[above];
  if (score === threshold) return share;
  if (above === 0) return undefined;
  const [lower, more] = shares[above - 1];
  return more + ((threshold - lower) / (score - lower)) * (share - more);
}
