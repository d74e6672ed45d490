// A list as JSON → values with their types: events of MISP, bundles of STIX 2, and the array of Feodo Tracker.
//
// A list may be as long as a task of the page may not take: the elements of its arrays are found by a walk over the text, and each is
// parsed alone.

import { BLOCK, type Work } from '../steps.ts';
import { hostOf, type Indicator, indicatorOf, withPort } from './indicator.ts';
import { type Read, typedIndicator } from './typed.ts';

/** An element: its place among all, what was read of it, how it is told, and what is beside it. */
export interface Element {
  place: number;
  read: Read;
  text: string;
  note: string;
}

/** Arrays whose elements are read: the text before their bracket. */
const ARRAY = /"(Attribute|objects)"\s*:\s*\[/g;
/** Characters of an element; one that is longer is not an indicator. */
const LONGEST = 1e6;

export const isJson = (text: string): boolean => /^\s*[[{]/.test(text);

/** What of an element is read. */
type Fields = Record<string, unknown>;

export function* readElements(text: string, take: (element: Element) => void): Work<void> {
  let place = 0;
  // An array within another is of an element that was parsed.
  for (let start = startAfter(text, 0); start !== undefined; ) {
    const elements = elementsOf(text, start);
    let next = elements.next();
    for (; !next.done; next = elements.next()) {
      if (++place % BLOCK === 0) yield;
      const fields = parsed(next.value);
      if (fields) for (const found of foundOf(fields)) take({ place, ...found });
    }
    start = startAfter(text, next.value);
  }
}

/** The place behind the bracket of the next array; `undefined` where there is none. */
function startAfter(text: string, from: number): number | undefined {
  const bare = from ? null : /^\s*\[/.exec(text);
  if (bare) return bare[0].length;
  ARRAY.lastIndex = from;
  return ARRAY.exec(text) ? ARRAY.lastIndex : undefined;
}

/** The objects of the array that begins at `start`, as text; returns its end. */
function* elementsOf(text: string, start: number): Generator<string, number> {
  const mark = /["{}[\]]/g;
  mark.lastIndex = start;
  let [depth, first] = [0, -1];
  for (let found = mark.exec(text); found; found = mark.exec(text)) {
    const [character] = found;
    if (character === '"') mark.lastIndex = stringEnd(text, found.index);
    else if (character === '{' || character === '[') {
      if (depth++ === 0) first = found.index;
    } else if (depth-- === 0) return mark.lastIndex;
    else if (depth === 0 && mark.lastIndex - first < LONGEST) {
      const place = mark.lastIndex;
      yield text.slice(first, place);
      mark.lastIndex = place;
    }
  }
  return text.length;
}

/** The place behind a string that begins at `start`. */
function stringEnd(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text[end - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return end + 1;
  }
  return text.length;
}

function parsed(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return value && typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

function foundOf(fields: Fields): Omit<Element, 'place'>[] {
  if (textOf(fields.ip_address)) return [feodo(fields)];
  const type = textOf(fields.type);
  if (type === 'indicator') return patternsOf(fields);
  // Of STIX, other objects describe what indicators belong to.
  if (!type || fields.spec_version || /--[0-9a-f-]{36}$/.test(textOf(fields.id))) return [];
  const value = textOf(fields.value);
  const read = fields.to_ids === false ? 'context' : typedIndicator(type, value);
  return value
    ? [
        {
          read,
          text: `${type} ${value}`,
          note: noteOf(type, fields.comment, /^(url|uri|link)$/.test(type) && value),
        },
      ]
    : [];
}

function feodo(fields: Fields): Omit<Element, 'place'> {
  const address = textOf(fields.ip_address);
  const indicator = indicatorOf(address);
  const found = indicator?.kind === 'address' ? withPort(indicator, textOf(fields.port)) : undefined;
  return {
    read: found ? [found] : 'form',
    text: address,
    note: noteOf(fields.malware, fields.status, fields.first_seen),
  };
}

/** A comparison of a pattern: `ipv4-addr:value = '1.2.3.4'`. */
const COMPARISON =
  /([\w-]+):([\w.'"[\]*-]+)\s*(=|!=|<|>|<=|>=|LIKE|MATCHES|IN|ISSUBSET|ISSUPERSET)\s*(?:'((?:[^'\\]|\\[\\'])*)'|(\d+))/g;

/** Of an indicator's pattern, what each comparison names. */
function patternsOf({ pattern, name, pattern_type }: Fields): Omit<Element, 'place'>[] {
  const text = textOf(pattern);
  const note = noteOf(name);
  const told = (read: Read) => ({ read, text: text.slice(0, 200), note });
  const sound =
    (pattern_type === undefined || pattern_type === 'stix') && !/\bNOT\b/.test(text.replace(/'[^']*'/g, ''));
  if (!sound) return [told('type')];
  const found = [...text.matchAll(COMPARISON)].map(([, object, path, operator, quoted, number]) => ({
    object,
    path,
    operator,
    value: quoted?.replace(/\\([\\'])/g, '$1') ?? number,
  }));
  const ports = found.filter(({ path, operator }) => path === 'dst_port' && operator === '=');
  const read = found
    .filter(
      ({ path, object }) =>
        !/^(dst_port|protocols|(dst|src)_ref\.type)/.test(path) || object !== 'network-traffic',
    )
    .map(({ object, path, operator, value }): Read => {
      if (operator !== '=') return 'type';
      const one = compared(object, path, value);
      if (typeof one === 'string' || ports.length !== 1 || object !== 'network-traffic') return one;
      return one.map((indicator) => withPort(indicator, ports[0].value) ?? indicator);
    });
  return read.length ? read.map(told) : [told('form')];
}

function compared(object: string, path: string, value: string): Read {
  if (object === 'file') return 'file';
  const hash = path
    .replace(/["']/g, '')
    .replace(/^hashes\./, '')
    .replace('-', '')
    .toLowerCase();
  if (object === 'x509-certificate') return typedIndicator(`x509-fingerprint-${hash}`, value);
  if (object === 'url') return oneOf(hostOf(value));
  if (object === 'domain-name') return typedIndicator('domain', value);
  return /^ipv[46]-addr$/.test(object) || (object === 'network-traffic' && /_ref\.value$/.test(path))
    ? oneOf(indicatorOf(value))
    : 'type';
}

const oneOf = (indicator: Indicator | undefined): Read => (indicator ? [indicator] : 'form');

const noteOf = (...parts: unknown[]): string =>
  parts
    .map((part) => textOf(part))
    .filter(Boolean)
    .join(', ');
