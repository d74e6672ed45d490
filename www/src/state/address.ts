// The view in the address, as `#/1/host/17.0?filter=…`: the place, and filter, order, tab, language, threshold, columns. Nothing of a
// capture's content goes there, unless the reader typed it into the filter: a value is told by where it is found in the result
// (model/place.ts), and a span of the timeline, which is a time of the capture, stays out.

import { FIRST_SORT } from '../model/columns.ts';
import { PLACE_FIELDS, type PlaceField } from '../model/place.ts';
import type { AddressedView } from './input.ts';

/** Version of what addresses mean. One without a version is of the first. */
const VERSION = '1';

/** Where an address leads: a value's own view, or the details of a destination; a reference is told by model/place.ts. */
export type AddressedPlace =
  | { is: 'value'; field: PlaceField; reference: string }
  | { is: 'destination'; index: number };

/** Version, place and parameters of an address. */
export function readAddress(hash: string): {
  version: string;
  place: AddressedPlace | undefined;
  parameters: URLSearchParams;
} {
  const [, version = VERSION, path = '', rest = ''] =
    /^#?(?:\/([^?/]*)((?:\/[^?/]*)*)(?:\?|$))?(.*)$/s.exec(hash) ?? [];
  return { version, place: placeIn(path), parameters: new URLSearchParams(rest) };
}

function placeIn(path: string): AddressedPlace | undefined {
  const [, name, reference = ''] = /^\/([a-z]\w*)\/([\d.]+)\/?$/.exec(path) ?? [];
  const field = PLACE_FIELDS.find((field) => field === name);
  if (field) return { is: 'value', field, reference };
  return name === 'destination' && /^\d{1,9}$/.test(reference)
    ? { is: 'destination', index: Number(reference) }
    : undefined;
}

const pathOf = (place: AddressedPlace | undefined): string =>
  !place ? '' : place.is === 'value' ? `/${place.field}/${place.reference}` : `/destination/${place.index}`;

const parameters = () => readAddress(location.hash).parameters;

/** The version of an address that this page does not know: what it asks for may mean something else. */
export function unknownVersion(): string | undefined {
  const { version } = readAddress(location.hash);
  return version === VERSION ? undefined : version;
}

/** The language asked for, if any. */
export function addressedLanguage(): string | undefined {
  return parameters().get('lang') ?? undefined;
}

/** Whether the address asks for local time. */
export function addressedLocalTime(): boolean {
  return parameters().get('time') === 'local';
}

/** How the address asks a result to be looked at; what it does not say is absent. */
export function addressedView(): Partial<AddressedView> {
  if (unknownVersion() !== undefined) return {};
  const { parameters: hash, place } = readAddress(location.hash);
  const [column, direction] = (hash.get('sort') ?? '').split('.');
  const threshold = Number(hash.get('threshold') ?? NaN);
  return {
    ...(hash.has('tab') && { tab: hash.get('tab') ?? '' }),
    ...(hash.has('filter') && { filter: hash.get('filter') ?? '' }),
    ...(/^\w+$/.test(column) &&
      (direction === 'asc' || direction === 'desc') && { sort: { column, direction } }),
    ...(threshold >= 0 && threshold <= 1 && { threshold }),
    ...(hash.has('columns') && {
      columns: (hash.get('columns') ?? '').split(',').filter((name) => /^\w+$/.test(name)),
    }),
    ...((place || hash.has('filter')) && { link: { place } }),
  };
}

/** What an address tells: a view, with its place and its filter as they may stand there. */
export interface Told extends Partial<Omit<AddressedView, 'link'>> {
  at?: AddressedPlace;
}

/** The address of a view, with language and time zone once one was chosen; what is as it begins is left out. */
export function addressOf(
  { tab, filter, sort, threshold, columns, at }: Told,
  { language = addressedLanguage(), localTime = addressedLocalTime() } = {},
): string {
  const hash = new URLSearchParams();
  if (language) hash.set('lang', language);
  if (localTime) hash.set('time', 'local');
  if (tab && tab !== 'destinations') hash.set('tab', tab);
  if (filter) hash.set('filter', filter);
  if (sort && (sort.column !== FIRST_SORT.column || sort.direction !== FIRST_SORT.direction))
    hash.set('sort', `${sort.column}.${sort.direction}`);
  if (threshold !== undefined) hash.set('threshold', String(threshold));
  if (columns) hash.set('columns', columns.join(','));
  const path = `#/${VERSION}${pathOf(at)}`;
  return hash.size ? `${path}?${hash}` : path;
}
