// What the model card measured of the default model's false alarms, for the page.

/** The first model's section. */
const SECTION = /^### At its threshold.*?(?=^### )/ms;
/** Borders in one line of the table of scores. */
const STEP = 0.02;

/**
 * `{threshold, shares}`: the model's own threshold, and `[score, share]` for each score that the card counts natural benign tuples at, by
 * ascending score: which share of them reaches it. `undefined` where the card says nothing of it.
 */
export function readCard(card) {
  const [section = ''] = SECTION.exec(card) ?? [];
  const threshold = Number(/; threshold ([\d.]+);/.exec(section)?.[1]);
  const [, flagged, natural] = (/^Natural benign tuples .* flagged: (\d+) of (\d+) /m.exec(section) ?? []).map(Number);
  if (!threshold || !natural) return undefined;
  const counts = [...section.matchAll(/^\| \d\.\d\d \|(.*)\|$/gm)].flatMap(([, cells]) => cells.split('|').flatMap((cell) => cell.trim() || []));
  // The first counts all that can be judged: those that cannot are never flagged, here and in the page.
  const judged = Number(counts[0] ?? natural);
  const shares = [[threshold, flagged / judged], ...counts.map((count, i) => [Math.round(i * STEP * 100) / 100, count / judged])];
  return { threshold, shares: shares.sort(([a], [b]) => a - b) };
}
