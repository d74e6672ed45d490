// The view in the address: filter, order, tab, language, threshold, columns. Nothing of a capture's content goes there, unless
// the reader typed it into the filter; a span of the timeline is a time of the capture, and stays out.

import { COLUMNS } from '../model/columns.ts';

const parameters = () => new URLSearchParams(location.hash.slice(1));

/** The language asked for, if any. */
export function addressedLanguage() {
  return parameters().get('lang') ?? undefined;
}

/** Whether the address asks for local time. */
export function addressedLocalTime() {
  return parameters().get('time') === 'local';
}

/** How the address asks a result to be looked at; what it does not say is absent. */
export function addressedView() {
  const hash = parameters();
  const [column, direction] = (hash.get('sort') ?? '').split('.');
  const threshold = Number(hash.get('threshold') ?? NaN);
  return {
    ...(hash.has('tab') && { tab: hash.get('tab') }),
    ...(hash.has('filter') && { filter: hash.get('filter') }),
    ...(/^\w+$/.test(column) && ['asc', 'desc'].includes(direction) && { sort: { column, direction } }),
    ...(threshold >= 0 && threshold <= 1 && { threshold }),
    ...(hash.has('columns') && { columns: hash.get('columns').split(',').filter((name) => /^\w+$/.test(name)) }),
  };
}

/** Writes the view, and language and time zone once one was chosen; what is as it begins is left out. */
export function writeAddress({ tab, filter, sort, threshold, columns }, { language = addressedLanguage(), localTime = addressedLocalTime() } = {}) {
  const hash = new URLSearchParams();
  if (language) hash.set('lang', language);
  if (localTime) hash.set('time', 'local');
  if (tab && tab !== 'destinations') hash.set('tab', tab);
  if (filter) hash.set('filter', filter);
  if (sort && `${sort.column}.${sort.direction}` !== `score.${COLUMNS.score.first}`) hash.set('sort', `${sort.column}.${sort.direction}`);
  if (threshold !== undefined) hash.set('threshold', String(threshold));
  if (columns) hash.set('columns', columns.join(','));
  const text = String(hash);
  if (text !== location.hash.slice(1)) history.replaceState(null, '', `#${text}`);
}
