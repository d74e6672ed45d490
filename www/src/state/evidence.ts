// What stands behind the chosen tuple, asked of the worker when it is looked at.

import { type Evidence, endsOf, readEvidence } from '../model/evidence.ts';
import type { Ends } from '../model/report.ts';
import type { Result } from '../model/result.ts';
import { keyOf } from '../model/tuples.ts';
import { answererOf, type Input } from './input.ts';

/** Has `input.evidence` be that of a tuple: asks for it where it is not at hand, and calls `changed` when it comes. */
export function lookAt(input: Input, result: Result, index: number, changed: () => void): void {
  const key = keyOf(result.outline.tuples[index]);
  const held = input.evidence;
  if (held?.result === result && held.key === key) return;
  // While a newer result comes, what is known of the same tuple stays in view.
  input.evidence = { result, key, data: held?.key === key ? held.data : undefined };
  askEvidence(input, result, index).then((data) => {
    if (input.evidence?.key !== key || !data) return;
    input.evidence.data = data;
    changed();
  });
}

/** What is at hand of a tuple. */
export function evidenceOf({ evidence }: Input, tuple: Ends): Evidence | undefined {
  return evidence?.key === keyOf(tuple) ? evidence.data : undefined;
}

/** The evidence of a tuple; `undefined` where the worker has ended, or has a newer result in which the tuple has another place. */
export async function askEvidence(
  input: Input,
  result: Result,
  index: number,
): Promise<Evidence | undefined> {
  const answer = await answererOf(input)
    ?.ask('evidence', [index])
    .catch(() => undefined);
  const data = answer ? readEvidence(answer) : undefined;
  const same =
    data && (!data.conn.length || keyOf(endsOf(data.conn[0])) === keyOf(result.outline.tuples[index]));
  return same ? data : undefined;
}
