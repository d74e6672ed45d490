// A long table's rows: their heights on a wide and on a narrow window, the keys that move through them, and where they are scrolled to as
// long as their input is there.

import type { Input } from '../state/input.ts';
import { Rows } from './nearby.ts';

export const narrow = matchMedia('(max-width: 720px)');

/** Heights of a row, `dense` where the reader asks for it, and of the head, which stays in view above the rows. */
export interface Heights {
  wide: number;
  dense?: number;
  narrow: number;
  head: number;
}

/** A row in view: its number, and where it begins below the head. */
export interface Item {
  index: number;
  start: number;
}

export class TableRows {
  #view: Rows;
  #element: HTMLElement | undefined;
  #count = 0;
  #dense = false;
  #heights: Heights;

  /** `refresh` draws the page again. */
  constructor(heights: Heights, refresh: () => void) {
    this.#heights = heights;
    this.#view = new Rows(heights.head, refresh);
    narrow.addEventListener('change', () => {
      this.take(this.#count, this.#dense);
      refresh();
    });
    this.take(0);
  }

  /** Takes other rows, of this number. */
  take(count: number, dense = false): void {
    this.#count = count;
    this.#dense = dense;
    this.#view.set(count, narrow.matches ? this.#heights.narrow : this.#wide);
  }

  get #wide(): number {
    return (this.#dense && this.#heights.dense) || this.#heights.wide;
  }

  /** Pixels that all of them take. */
  get height(): number {
    return this.#view.total;
  }

  /** The rows to draw: those near the view. */
  get items(): Item[] {
    return this.#view.items();
  }

  scrollTo(index: number): void {
    this.#view.show(index);
  }

  /** Rows that fit the view, but for some that stay in view when it moves by a page. */
  page(clientHeight: number): number {
    return Math.max(1, Math.floor(clientHeight / this.#wide) - 2);
  }

  /** To be called after each drawing of the page. */
  drawn(): void {
    this.#view.drawn();
  }

  mount(element: HTMLElement | undefined): void {
    if (element === this.#element) return;
    // lit-html calls with undefined before it calls with the element again: keep it unless it has left the page.
    if (!element && this.#element?.isConnected) return;
    this.#element = element;
    this.#view.mount(element);
  }
}

/** The row that a key leads to from `now`, which is -1 where none is chosen; `undefined` of other keys. */
export function rowByKey(key: string, now: number, last: number, page: number): number | undefined {
  const steps = new Map(
    Object.entries({
      ArrowDown: 1,
      j: 1,
      ArrowUp: -1,
      k: -1,
      PageDown: page,
      PageUp: -page,
      Home: -last,
      End: last,
    }),
  );
  const step = steps.get(key);
  if (step === undefined || last < 0) return undefined;
  if (key === 'Home') return 0;
  return now < 0 ? (key === 'End' ? last : 0) : Math.max(0, Math.min(last, now + step));
}

/** Tables that keep where they are scrolled to, by their inputs. */
export function keptByInput<T extends { drawn(): void }>(make: (refresh: () => void) => T) {
  const held = new WeakMap<Input, T>();
  return {
    of(input: Input, refresh: () => void): T {
      const table = held.get(input) ?? make(refresh);
      held.set(input, table);
      return table;
    },
    drawn: (input: Input | undefined) => input && held.get(input)?.drawn(),
  };
}
