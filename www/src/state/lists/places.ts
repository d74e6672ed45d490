// The files by which addresses have an organisation and a country, for this visit: they are large, and the reader has them at hand.

import type { Place, Places } from '../../model/lists/places.ts';
import { readPlaces } from '../../model/lists/places.ts';
import { parseAddress } from '../../model/network.ts';
import { finished } from '../../model/steps.ts';

/** Bytes of a file; a longer one is refused. */
export const MOST_PLACE_BYTES = 256e6;

let files: Places[] = [];
let known = new Map<string, Place>();
let changed = () => {};

export function whenPlacesChange(listener: () => void): void {
  changed = listener;
}

export const placeFiles = (): readonly Places[] => files;

/** Reads a file, which takes the place of one of the same name; `undefined` where it is none. */
export async function importPlaces(file: File): Promise<Places | undefined> {
  const read = await finished(readPlaces(file.name, new Uint8Array(await file.arrayBuffer())));
  if (read) update([...files.filter(({ name }) => name !== read.name), read]);
  return read;
}

export const removePlaces = (name: string): void => update(files.filter((file) => file.name !== name));

/** What the files say of an address, the one that was read last first. */
export function placeOf(text: string): Place {
  if (!files.length) return {};
  let place = known.get(text);
  if (!place) {
    const address = parseAddress(text);
    const found = address ? files.map((file) => file.find(address)) : [];
    place = Object.assign({}, ...found);
    known.set(text, place as Place);
  }
  return place as Place;
}

function update(next: Places[]): void {
  files = next;
  known = new Map();
  changed();
}
