// What the page derives from a tuple: its verdict at a threshold, its texts, its names.

import type { Ends, TupleOutline, Verdict } from './report.ts';
import type { Result } from './result.ts';

export const VERDICTS: readonly Verdict[] = ['malware-like', 'borderline', 'undecided', 'ordinary'];
const [FLAGGED, BORDERLINE, UNDECIDED, ORDINARY] = [0, 1, 2, 3];

/** Share of a threshold that the reader has moved from which a score is borderline: one that just misses it is no ordinary one. */
const NEAR = 0.9;

/** The verdict, with the threshold where the reader has moved it. Too little seen stays too little, and what flags without a score flags. */
export function verdictOf(result: Result, index: number, threshold?: number): Verdict {
  const { verdict, known } = result.outline.tuples[index];
  if (threshold === undefined || verdict === 'undecided' || known.some(({ flags }) => flags)) return verdict;
  const score = result.score(index);
  const border = Math.min(result.outline.model.borderline ?? threshold, NEAR * threshold);
  return score >= threshold ? 'malware-like' : score >= border ? 'borderline' : 'ordinary';
}

/** How many tuples have each verdict, and each tuple's as a place in [`VERDICTS`]. */
interface Judged {
  kinds: Uint8Array;
  counts: Record<Verdict, number>;
}

const judged = new WeakMap<Result, { own: Judged; moved?: Judged & { threshold: number } }>();

/**
 * The verdicts of all tuples at a threshold: `kinds`, the place of each in [`VERDICTS`], and `counts`, how many there are by verdict. Kept for
 * the model's threshold and for the last that was moved to.
 */
export function verdictsOf(result: Result, threshold?: number): Judged {
  let held = judged.get(result);
  if (!held) {
    held = {
      own: judgedBy(Uint8Array.from(result.outline.tuples, ({ verdict }) => VERDICTS.indexOf(verdict))),
    };
    judged.set(result, held);
  }
  if (threshold === undefined) return held.own;
  if (held.moved?.threshold !== threshold) {
    const kinds = held.own.kinds.map((_, i) => VERDICTS.indexOf(verdictOf(result, i, threshold)));
    held.moved = { threshold, ...judgedBy(kinds) };
  }
  return held.moved as Judged;
}

function judgedBy(kinds: Uint8Array): Judged {
  const counts = [0, 0, 0, 0];
  for (const kind of kinds) counts[kind] += 1;
  return {
    kinds,
    counts: {
      'malware-like': counts[FLAGGED],
      borderline: counts[BORDERLINE],
      undecided: counts[UNDECIDED],
      ordinary: counts[ORDINARY],
    },
  };
}

/** How many tuples have each verdict. */
export const countVerdicts = (result: Result, threshold?: number) => verdictsOf(result, threshold).counts;

/** `address:port`, the address in brackets where it holds colons itself. */
export function destination({ resp_h, resp_p }: Pick<Ends, 'resp_h' | 'resp_p'>): string {
  return resp_h.includes(':') ? `[${resp_h}]:${resp_p}` : `${resp_h}:${resp_p}`;
}

/** Whether a tuple is the same in two results of one input. */
export const isSame = (one: Ends, other: Ends) =>
  one.resp_h === other.resp_h &&
  one.resp_p === other.resp_p &&
  one.orig_h === other.orig_h &&
  one.proto === other.proto;

/** What makes it so, as a text. */
export function keyOf({ orig_h, resp_h, resp_p, proto }: Ends): string {
  return `${orig_h} ${resp_h} ${resp_p} ${proto}`;
}

const texts = new WeakMap<Result, string[]>();

/** All that can be searched of a tuple, in lower case; made once a result. */
export function textOf(result: Result, index: number): string {
  let all = texts.get(result);
  if (!all) {
    all = result.outline.tuples.map(searchable);
    texts.set(result, all);
  }
  return all[index];
}

function searchable(tuple: TupleOutline): string {
  return [tuple.orig_h, destination(tuple), tuple.proto, tuple.purpose ?? '', ...tuple.server_names]
    .join(' ')
    .toLowerCase();
}
