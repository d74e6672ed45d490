// Back and Forward: what was shown at each entry of the browser's history, and the address of what is shown now.
//
// The browser keeps addresses, and may write them to disk: they tell of values by reference alone (address.ts). What an entry showed, values
// included, is held here, and gone with the page; of an entry that another visit has left, its address is followed.

import { hasValue } from '../model/filter/edit.ts';
import { addressedFilter, isPage, referenceOf } from '../model/place.ts';
import type { Ends } from '../model/report.ts';
import { isSame } from '../model/tuples.ts';
import {
  type AddressedPlace,
  addressedLanguage,
  addressedLocalTime,
  addressOf,
  type Told,
} from './address.ts';
import { type AddressedView, type Input, resultOf, type View } from './input.ts';

/** Of the view, what an entry shows again. */
type Kept = Omit<AddressedView, 'link'> & Pick<View, 'place' | 'brush' | 'details'>;

export interface Entry {
  input: Input | undefined;
  view: Kept | undefined;
  /** The tuple that was chosen. */
  chosen: Ends | undefined;
}

/** Whether a change is one of its own, one of many that belong together, as letters and steps of a slider do, or none of the place. */
export type Move = 'step' | 'stroke' | 'same';

export class Navigation {
  #page = Math.random();
  #entries = new Map<number, Entry>();
  #next = 1;
  /** What the current entry shows, in a word. */
  #key = '';
  /** Whether the last change was a stroke, to which the next ones belong. */
  #strokes = false;
  /** Chosen once, and the same at all entries. */
  language: string | undefined;
  localTime = false;

  /** Takes the choices of the address that the reader has followed, and the entry as one of this page. */
  follow(input: Input | undefined): void {
    this.language = addressedLanguage();
    this.localTime = addressedLocalTime();
    this.#key = keyOf(location.hash, input, undefined);
    this.#hold(entryOf(input));
  }

  /** What the current entry showed; `undefined` where it is of another visit, or has just been asked for by a link. */
  get entry(): Entry | undefined {
    const { page, entry } = (history.state ?? {}) as { page?: number; entry?: number };
    return page === this.#page && entry !== undefined ? this.#entries.get(entry) : undefined;
  }

  /** Writes the address of what is shown: as another entry, or in place of the current one. `start` is what the start tells. */
  write(input: Input | undefined, start: Told, move: Move): void {
    const view = input?.shown?.view;
    const { language, localTime } = this;
    const address = addressOf(input && view ? toldOf(input, view) : start, { language, localTime });
    const key = keyOf(address, input, view);
    const joins = move === 'same' || key === this.#key || (move === 'stroke' && this.#strokes);
    this.#key = key;
    if (move !== 'same') this.#strokes = move === 'stroke';
    this.#hold(entryOf(input), joins ? 'replaceState' : 'pushState', address);
  }

  #hold(entry: Entry, how: 'replaceState' | 'pushState' = 'replaceState', address = location.hash): void {
    const { page, entry: held } = (history.state ?? {}) as { page?: number; entry?: number };
    const number = how === 'replaceState' && page === this.#page && held ? held : this.#next++;
    this.#entries.set(number, entry);
    if (how === 'replaceState' && number === held && address === location.hash) return;
    try {
      history[how]({ page: this.#page, entry: number }, '', address || location.pathname);
    } catch {
      // A browser that is asked too often refuses: the view is there all the same.
    }
  }
}

const keyOf = (address: string, input: Input | undefined, view: View | undefined): string =>
  `${input?.id} ${view?.place?.field} ${view?.place?.value} ${address}`;

function entryOf(input: Input | undefined): Entry {
  const view = input?.shown?.view;
  if (!view) return { input, view: undefined, chosen: undefined };
  const { tab, filter, sort, threshold, columns, place, brush, details, selected, found } = view;
  return {
    input,
    view: { tab, filter, sort, threshold, columns, place, brush, details },
    chosen: selected === undefined ? undefined : found?.result.outline.tuples[selected],
  };
}

/** What the address tells of a view. */
function toldOf(input: Input, view: View): Told {
  const result = view.found?.result ?? resultOf(input);
  if (!result || view.link) return { ...view, at: view.link?.place };
  return { ...view, filter: addressedFilter(view.filter, result), at: addressedPlace(view, result) };
}

function addressedPlace(
  { place: last, filter, details, selected }: View,
  result: NonNullable<ReturnType<typeof resultOf>>,
): AddressedPlace | undefined {
  // A value that the table is no longer filtered by is left.
  const place = last && (isPage(last) || hasValue(filter, last)) ? last : undefined;
  const reference = place && referenceOf(result, place.field, place.value);
  if (place) return reference === undefined ? undefined : { is: 'value', field: place.field, reference };
  return details && selected !== undefined ? { is: 'destination', index: selected } : undefined;
}

/** Shows an entry's view again. */
export function restore(view: View, { view: kept, chosen }: Entry): void {
  const tuples = view.found?.result.outline.tuples ?? [];
  const place = chosen ? tuples.findIndex((tuple) => isSame(tuple, chosen)) : -1;
  Object.assign(view, kept, { selected: place < 0 ? undefined : place, link: undefined });
  if (view.selected === undefined) view.details = false;
}
