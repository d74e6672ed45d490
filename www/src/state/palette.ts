// The palette: what is typed, which of its lines is chosen, and the destinations that hold what is typed.

import { FIELDS } from '../model/filter/fields.ts';
import type { Result } from '../model/result.ts';
import { BLOCK, inSteps, type Work } from '../model/steps.ts';
import { textOf } from '../model/tuples.ts';
import type { State } from './state.ts';

export interface Palette {
  text: string;
  /** The line that Enter takes. */
  chosen: number;
  /** Names of fields, and places of tuples. */
  fields: string[];
  places: number[];
  result: Result | undefined;
}

/** Lines of each sort. */
const MOST = 8;

export const noPalette = (): Palette => ({ text: '', chosen: 0, fields: [], places: [], result: undefined });

const ALL_FIELDS = Object.values(FIELDS).flat();

export function paletteActions(state: State, changed: () => void) {
  /** Another line is chosen. */
  const choose = (chosen: number): void => {
    state.palette.chosen = chosen;
    changed();
  };

  /** Something else is typed: fields are there at once, destinations once they are found. */
  const type = (text: string): void => {
    const wanted = text.trim().toLowerCase();
    const result = state.shown?.shown?.view.found?.result;
    const fields = wanted ? ALL_FIELDS.filter((name) => name.includes(wanted)).slice(0, MOST) : [];
    const palette: Palette = { text, chosen: 0, fields, places: [], result };
    state.palette = palette;
    changed();
    if (!wanted || !result) return;
    const found = (places: number[]) => {
      palette.places = places;
      changed();
    };
    inSteps(search(result, wanted), found, () => state.palette === palette);
  };

  return { choose, type };
}

/** Places of the first tuples that hold a text. */
function* search(result: Result, wanted: string): Work<number[]> {
  const places: number[] = [];
  for (let place = 0; place < result.length && places.length < MOST; place++) {
    if (place && place % BLOCK === 0) yield;
    if (textOf(result, place).includes(wanted)) places.push(place);
  }
  return places;
}
