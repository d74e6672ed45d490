// Places: what a value's own view is of. In an address a value of the capture is named by where it is found in the result, which tells
// nothing of it: `17.0` is the first value that the tuple at place 17 has of a field.

import { canonicalField, type Field, fieldOf } from './filter/fields.ts';
import { type Alternative, alternativesOf, quoted, replacedTerms } from './filter/syntax.ts';
import { UNMARKED } from './marks.ts';
import type { Result } from './result.ts';

/** Fields whose values have views of their own: hosts and certificates a page, the others a word about them above the table. */
export const PLACE_FIELDS = [
  'host',
  'certificate',
  'sni',
  'looked_up',
  'ja3',
  'ja3s',
  'ja4',
  'issuer',
  'subject',
] as const;

export type PlaceField = (typeof PLACE_FIELDS)[number];

export interface Place {
  field: PlaceField;
  value: string;
}

/** Fields that are looked at by a place of another. */
const AS = new Map<string, PlaceField>([
  ['source', 'host'],
  ['destination', 'host'],
]);

/** The place of a value of a field; `undefined` where it has none. */
export function placeOf(field: string, value: string): Place | undefined {
  const own = AS.get(field) ?? PLACE_FIELDS.find((name) => name === field);
  return own && { field: own, value };
}

export const isSamePlace = (one: Place | undefined, other: Place | undefined) =>
  one?.field === other?.field && one?.value === other?.value;

/** Whether a place is a page, and not the table. */
export const isPage = ({ field }: Place) => field === 'host' || field === 'certificate';

type Listed = Extract<Field, { kind: 'texts' | 'addresses' }>;

/** A field that holds texts of the capture. */
function capturedField(name: string): Listed | undefined {
  const field = fieldOf(name, []);
  return (field?.kind === 'texts' && !field.own) || field?.kind === 'addresses'
    ? (field as Listed)
    : undefined;
}

const valuesAt = (field: Listed, result: Result, index: number) =>
  field.of({ result, threshold: undefined, marks: UNMARKED }, index);

/** Values of a tuple that can be told by where they are found. */
const MOST_TOLD = 64;

/** By result and field, where each value is found first. */
const found = new WeakMap<Result, Map<string, Map<string, string>>>();

/** Where a value is found; `undefined` where no tuple has it. */
export function referenceOf(result: Result, name: string, value: string): string | undefined {
  const field = capturedField(name);
  if (!field) return undefined;
  const held = found.get(result) ?? new Map<string, Map<string, string>>();
  found.set(result, held);
  const places = held.get(name) ?? placesOf(result, field);
  held.set(name, places);
  return places.get(value);
}

function placesOf(result: Result, field: Listed): Map<string, string> {
  const places = new Map<string, string>();
  for (let i = 0; i < result.length; i++) {
    const values = valuesAt(field, result, i);
    for (let place = 0; place < Math.min(values.length, MOST_TOLD); place++)
      if (!places.has(values[place])) places.set(values[place], `${i}.${place}`);
  }
  return places;
}

/** The value that is found there; `undefined` where there is none. */
export function referredTo(result: Result, name: string, reference: string): string | undefined {
  const [, index, place] = /^(\d{1,9})\.(\d{1,6})$/.exec(reference) ?? [];
  const field = capturedField(name);
  if (!field || index === undefined || Number(index) >= result.length) return undefined;
  return valuesAt(field, result, Number(index))[Number(place)];
}

/** A filter as an address may hold it: each value of the capture that it names whole is told by where it is found, as `@17.0`. */
export function addressedFilter(filter: string, result: Result): string {
  return withValues(filter, (field, { text, written }) => {
    const reference = referenceOf(result, field, text);
    return reference ? `@${reference}` : written;
  });
}

/** The filter that an address asks for; `undefined` where it names a value that this result does not have. */
export function filterFromAddress(filter: string, result: Result): string | undefined {
  let unknown = false;
  const text = withValues(filter, (field, { written }) => {
    const [, reference] = /^@(\d+\.\d+)$/.exec(written) ?? [];
    if (reference === undefined) return written;
    const value = referredTo(result, field, reference);
    unknown ||= value === undefined;
    return quoted(value ?? '');
  });
  return unknown ? undefined : text;
}

/** The filter with each value of a field that holds texts of the capture as `told` gives it. */
function withValues(filter: string, told: (field: string, value: Alternative) => string): string {
  return replacedTerms(filter, (term) => {
    const [, name, sign, rest] = /^([A-Za-z][\w-]*?)(:|!=|=)(.+)$/s.exec(term) ?? [];
    const field = name && canonicalField(name);
    if (!field || !capturedField(field)) return term;
    return `${name}${sign}${alternativesOf(rest)
      .map((value) => told(field, value))
      .join(',')}`;
  });
}
