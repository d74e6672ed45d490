// The verdicts by a profile of the reader's network, as a worker gives them, and a result with them.

import type { ProfileCard, TupleOutline, Verdict } from '../generated/report.ts';
import { Result } from './result.ts';
import { BLOCK, type Work } from './steps.ts';
import { VERDICTS } from './tuples.ts';

/** What a profile says of the tuples of a result: in few bytes, as it travels. */
export interface Judgement {
  card: ProfileCard | null;
  /** By tuple the place of its verdict in [`VERDICTS`]. */
  verdicts: Uint8Array<ArrayBuffer>;
  /** By tuple what is new of it, a bit for each of `kinds`. */
  news: Uint8Array<ArrayBuffer>;
  kinds: string[];
}

type Judged = Pick<TupleOutline, 'profile_verdict' | 'new_since_baseline'>;

export function judgementOf(card: ProfileCard | null, tuples: readonly Judged[]): Judgement {
  const kinds = [...new Set(tuples.flatMap(({ new_since_baseline }) => new_since_baseline))];
  return {
    card,
    kinds,
    verdicts: Uint8Array.from(tuples, ({ profile_verdict }) => VERDICTS.indexOf(profile_verdict as Verdict)),
    news: Uint8Array.from(tuples, ({ new_since_baseline }) =>
      new_since_baseline.reduce((bits, kind) => bits | (1 << kinds.indexOf(kind)), 0),
    ),
  };
}

/** The result as a profile judges it; without a judgement, as the model alone does. */
export function* judgedResult(result: Result, judgement: Judgement | undefined): Work<Result> {
  const tuples: TupleOutline[] = [];
  for (const [i, tuple] of result.outline.tuples.entries()) {
    if (i % BLOCK === BLOCK - 1) yield;
    const own: Judged = judgement
      ? {
          profile_verdict: VERDICTS[judgement.verdicts[i]] ?? null,
          new_since_baseline: judgement.kinds.filter((_, bit) => judgement.news[i] & (1 << bit)),
        }
      : { profile_verdict: null, new_since_baseline: [] };
    tuples.push({ ...tuple, ...own });
  }
  const outline = { ...result.outline, profile: judgement?.card ?? null, tuples };
  const { serial, schema, protocols, numbers } = result;
  return new Result({ serial, outline, schema, protocols, numbers });
}
