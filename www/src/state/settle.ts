// What must follow a change before the page is drawn: what is found of the result that is looked at, and what stands behind the chosen
// tuple. Views only read what stands here.

import type { TupleOutline } from '../model/report.ts';
import { isSame } from '../model/tuples.ts';
import { announce } from './announce.ts';
import { comparisonOf, pairOf } from './compare.ts';
import { lookAt } from './evidence.ts';
import { type Input, resultOf, type View } from './input.ts';
import type { State } from './state.ts';

/** `changed` is called when an answer has come later. */
export function settle(state: State, changed: () => void): void {
  const input = state.shown;
  if (!input?.shown) return;
  if (input === state.whole.input) state.whole.update(state.queue.inputs, changed);
  adopt(state, input);
  compare(state, input.shown.view, changed);
  const { found, details, selected } = input.shown.view;
  if (found && details && selected !== undefined) lookAt(input, found.result, selected, changed);
}

/** What is found of an input's result takes the place of what was shown, with the tuple that was chosen there. */
function adopt(state: State, input: Input): void {
  const result = resultOf(input);
  if (!result || !input.shown) return;
  const { view, finder } = input.shown;
  const found = finder.find(result, view);
  if (!found) return;
  if (view.found && found.result !== view.found.result)
    keepChoice(view, view.found.result.outline.tuples, found.result.outline.tuples);
  // With nothing to list, the reason for that is what matters.
  if (input.status.is === 'done' && !found.result.length && view.found?.result !== found.result)
    view.tab = undefined;
  view.found = found;
  announce(state, input);
}

/** The comparison that is looked at. */
function compare({ queue, shown }: State, view: View, changed: () => void): void {
  if (view.tab !== 'compare' || !shown) return;
  const [before, after] = pairOf(queue.inputs, shown, view).map((input) => input && resultOf(input));
  view.comparison = (before && after && comparisonOf(before, after, changed)) ?? view.comparison;
}

/** In another result of the same input the chosen tuple has another place. */
function keepChoice(view: View, before: TupleOutline[], tuples: TupleOutline[]): void {
  if (view.selected === undefined) return;
  const chosen = before[view.selected];
  const place = tuples.findIndex((tuple) => isSame(tuple, chosen));
  Object.assign(view, place < 0 ? { selected: undefined, details: false } : { selected: place });
}
