// What must follow a change before the page is drawn: what is found of the result that is looked at, and what stands behind the chosen
// tuple. Views only read what stands here.

import { filterFromAddress, referredTo } from '../model/place.ts';
import type { TupleOutline } from '../model/report.ts';
import type { Result } from '../model/result.ts';
import { isSame } from '../model/tuples.ts';
import { t } from '../text.ts';
import { announce } from './announce.ts';
import { comparisonOf, pairOf } from './compare.ts';
import { lookAtConnections } from './connections.ts';
import { lookAt } from './evidence.ts';
import { facetsFor } from './facets.ts';
import { type Input, resultOf, type View } from './input.ts';
import { look } from './looked.ts';
import type { State } from './state.ts';

/** `changed` is called when an answer has come later, `moved` when what is shown has got another address. */
export function settle(state: State, changed: () => void, moved: () => void): void {
  const input = state.shown;
  if (!input?.shown) return;
  if (input === state.whole.input) state.whole.update(state.queue.inputs, changed);
  if (followLink(state, input)) moved();
  if (adopt(state, input)) moved();
  const { view } = input.shown;
  compare(state, view, changed);
  const { found, details, selected } = view;
  if (found) lookAtPlace(input, view, found.result, changed);
  if (found && view.facets) view.counted = facetsFor(found, changed) ?? view.counted;
  if (found && details && selected !== undefined) lookAt(input, found.result, selected, changed);
}

/** Asks for what the view of a value, or of single connections, shows beside the result. */
function lookAtPlace(input: Input, view: View, result: Result, changed: () => void): void {
  const { place, tab } = view;
  if (tab === 'connections') lookAtConnections(input, result, view, changed);
  else if (place?.field === 'host') look(input, result, 'asked', [place.value], changed);
  else if (place?.field === 'certificate') look(input, result, 'certificateSeen', [place.value], changed);
}

/** Follows what a link asks for, once there is a whole result that it can be followed in; says whether it was. */
function followLink(state: State, { status, shown }: Input): boolean {
  if (status.is !== 'done' || !shown?.view.link) return false;
  const { view } = shown;
  const { result } = status;
  const { place } = view.link ?? {};
  view.link = undefined;
  const filter = filterFromAddress(view.filter, result);
  if (filter === undefined) state.toast = t('place.unknown');
  view.filter = filter ?? '';
  if (place?.is === 'value') {
    const value = referredTo(result, place.field, place.reference);
    view.place = value === undefined ? undefined : { field: place.field, value };
  } else if (place && place.index < result.length)
    Object.assign(view, { selected: place.index, details: true, place: undefined });
  return true;
}

/**
 * What is found of an input's result takes the place of what was shown, with the tuple that was chosen there. Says whether it is of another
 * result.
 */
function adopt(state: State, input: Input): boolean {
  const result = resultOf(input);
  if (!result || !input.shown) return false;
  const { view, finder } = input.shown;
  const found = finder.find(result, view);
  if (!found) return false;
  const other = found.result !== view.found?.result;
  if (view.found && found.result !== view.found.result)
    keepChoice(view, view.found.result.outline.tuples, found.result.outline.tuples);
  // With nothing to list, the reason for that is what matters.
  if (input.status.is === 'done' && !found.result.length && view.found?.result !== found.result)
    view.tab = undefined;
  view.found = found;
  announce(state, input);
  return other;
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
