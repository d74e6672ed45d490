// The comparison that is looked at, made in steps once it is asked for.

import { type Comparison, compareResults } from '../model/compare.ts';
import type { Result } from '../model/result.ts';
import { inSteps } from '../model/steps.ts';
import type { Input, View } from './input.ts';

let asked: [before: Result, after: Result] | undefined;
let held: Comparison | undefined;

/** The comparison of two results; `undefined` until it is made, when `changed` is called. */
export function comparisonOf(before: Result, after: Result, changed: () => void): Comparison | undefined {
  if (held?.before === before && held.after === after) return held;
  if (asked?.[0] !== before || asked[1] !== after) {
    const question: [Result, Result] = [before, after];
    asked = question;
    let later = false;
    inSteps(
      compareResults(before, after),
      (comparison) => {
        held = comparison;
        asked = undefined;
        if (later) changed();
      },
      () => asked === question,
    );
    later = true;
  }
  return held?.before === before && held.after === after ? held : undefined;
}

/** Inputs that can be compared. */
export const comparable = (inputs: readonly Input[]): Input[] =>
  inputs.filter(({ status }) => status.is === 'done' && status.result.length > 0);

/** The two that are: those that were chosen, else the one that is shown and the one before it. */
export function pairOf(
  inputs: readonly Input[],
  shown: Input,
  { compared }: Pick<View, 'compared'>,
): [before: Input | undefined, after: Input | undefined] {
  const all = comparable(inputs);
  const byId = (id: number | undefined) => all.find((input) => input.id === id);
  const after = byId(compared.after) ?? byId(shown.id) ?? all[all.length - 1];
  const place = all.indexOf(after);
  const before = byId(compared.before) ?? all[place - 1] ?? all.find((input) => input !== after);
  return place > 0 || compared.before !== undefined || compared.after !== undefined
    ? [before, after]
    : [after, before];
}
