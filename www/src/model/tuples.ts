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

/** Characters that are searched of what a tuple has of one kind; a sender may give it any number. */
export const SEARCHED = 65_536;

/** What a word is looked for in first, in lower case: addresses, protocol, purpose, server names. Made when it is first asked for. */
export function textOf(result: Result, index: number): string {
  let all = texts.get(result);
  if (!all) {
    all = [];
    texts.set(result, all);
  }
  let text = all[index];
  if (text === undefined) {
    text = searchable(result.outline.tuples[index]);
    all[index] = text;
  }
  return text;
}

function searchable(tuple: TupleOutline): string {
  const parts = [tuple.orig_h, destination(tuple), tuple.proto, tuple.purpose ?? ''];
  let left = SEARCHED;
  for (const name of tuple.server_names) {
    parts.push(name.slice(0, left));
    left -= name.length;
    if (left <= 0) break;
  }
  return parts.join(' ').toLowerCase();
}

/** What a word is looked for in as well. */
export const textsOf = ({ fingerprints, handshakes, dns, known }: TupleOutline): (readonly string[])[] => [
  dns.names.map(({ name }) => name),
  fingerprints.ja4,
  fingerprints.ja3,
  fingerprints.ja3s,
  fingerprints.certificate,
  handshakes.issuer,
  handshakes.subject,
  known.map(({ software }) => software),
];
