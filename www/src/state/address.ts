// The view in the address, as `#/1?filter=…`: filter, order, tab, language, threshold, columns. Nothing of a capture's content goes there,
// unless the reader typed it into the filter; a span of the timeline is a time of the capture, and stays out.

import { FIRST_SORT } from '../model/columns.ts';
import type { AddressedView } from './input.ts';

/** Version of what addresses mean. One without a version is of the first. */
const VERSION = '1';

/** Version and parameters of an address. */
export function readAddress(hash: string): { version: string; parameters: URLSearchParams } {
  const [, version = VERSION, rest = ''] = /^#?(?:\/([^?/]*)\/?(?:\?|$))?(.*)$/s.exec(hash) ?? [];
  return { version, parameters: new URLSearchParams(rest) };
}

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
  const hash = parameters();
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
  };
}

/** Writes the view, and language and time zone once one was chosen; what is as it begins is left out. */
export function writeAddress(
  { tab, filter, sort, threshold, columns }: Partial<AddressedView>,
  { language = addressedLanguage(), localTime = addressedLocalTime() } = {},
): void {
  const hash = new URLSearchParams();
  if (language) hash.set('lang', language);
  if (localTime) hash.set('time', 'local');
  if (tab && tab !== 'destinations') hash.set('tab', tab);
  if (filter) hash.set('filter', filter);
  if (sort && (sort.column !== FIRST_SORT.column || sort.direction !== FIRST_SORT.direction))
    hash.set('sort', `${sort.column}.${sort.direction}`);
  if (threshold !== undefined) hash.set('threshold', String(threshold));
  if (columns) hash.set('columns', columns.join(','));
  const text = hash.size ? `#/${VERSION}?${hash}` : `#/${VERSION}`;
  if (text !== location.hash) history.replaceState(null, '', text);
}
