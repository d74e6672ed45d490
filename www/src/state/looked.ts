// What is asked of a worker for the view that is shown: a certificate's handshakes, a host's names, single connections. Of each kind the last
// answer is held with its input.

import type { Answered, Asked, Question } from '../engine/messages.ts';
import { type Failure, failureOf } from '../model/failure.ts';
import type { Result } from '../model/result.ts';
import { answererOf, type Input } from './input.ts';

/** Questions whose answers are held. */
type Lookable = Extract<Question, 'certificateSeen' | 'asked' | 'connections'>;

/** An answer, or why there is none; neither until one comes. */
export interface Looked<Q extends Lookable> {
  key: string;
  result: Result;
  answer?: Answered<Q>;
  failure?: Failure;
}

const held = new WeakMap<Input, { [Q in Lookable]?: Looked<Q> }>();

/** Asks, unless the same was asked last; `changed` is called when the answer comes. */
export function look<Q extends Lookable>(
  input: Input,
  result: Result,
  what: Q,
  args: Asked<Q>,
  changed: () => void,
): void {
  const of: { [Q in Lookable]?: Looked<Q> } = held.get(input) ?? {};
  held.set(input, of);
  const key = JSON.stringify(args);
  const last = of[what];
  if (last?.key === key && last.result === result) return;
  const made: Looked<Q> = { key, result, answer: last?.key === key ? last.answer : undefined } as Looked<Q>;
  Object.assign(of, { [what]: made });
  answererOf(input)
    ?.ask(what, args)
    .then(
      (answer) => Object.assign(made, { answer, failure: undefined }),
      (error) => Object.assign(made, { failure: failureOf(error) }),
    )
    .then(() => {
      if (held.get(input)?.[what] === (made as unknown)) changed();
    });
}

/** What came of it, where the same was asked last. */
export function lookedAt<Q extends Lookable>(input: Input, what: Q, args: Asked<Q>): Looked<Q> | undefined {
  const last = held.get(input)?.[what] as Looked<Q> | undefined;
  return last?.key === JSON.stringify(args) ? last : undefined;
}
