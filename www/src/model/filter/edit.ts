// Changes of a filter's text: a term or a value more, or without it. What else stands in the text stays as it was written.

import { canonicalField } from './fields.ts';
import { alternativesOf, quoted, unitsOf } from './syntax.ts';

/** A value of a field, or all but it. */
export interface FieldValue {
  field: string;
  value: string;
  excluded?: boolean;
}

/** Fields of which a value that is written whole is meant whole. */
const BY_COLON = new Set(['verdict', 'dns', 'host', 'source', 'destination', 'port', 'proto']);

/** A term that asks for a value alone. */
export const valueTerm = ({ field, value, excluded }: FieldValue): string =>
  termOf(field, [value], excluded === true);

const termOf = (field: string, values: string[], excluded: boolean) =>
  `${excluded ? '-' : ''}${field}${BY_COLON.has(field) ? ':' : '='}${values.map(quoted).join(',')}`;

/** The values that a unit of the text lists of a field; `undefined` where it is another unit, or asks for more than values. */
function valuesIn(unit: string, field: string, excluded: boolean): string[] | undefined {
  const [, not, name, sign, rest] = /^([-!]?)([A-Za-z][\w-]*?)([:=])(.*)$/s.exec(unit) ?? [];
  if (!name || canonicalField(name) !== field || (not !== '') !== excluded) return undefined;
  if (sign !== '=' && !BY_COLON.has(field)) return undefined;
  const alternatives = alternativesOf(rest);
  const plain = alternatives.every(
    ({ parts, text, quoted }) => parts.length === 1 && (quoted || text !== 'none'),
  );
  return plain ? alternatives.map(({ text }) => text).filter(Boolean) : undefined;
}

/** Whether the filter asks for the value, or for all but it. */
export function hasValue(text: string, { field, value, excluded = false }: FieldValue): boolean {
  return unitsOf(text).units.some((unit) => valuesIn(unit, field, excluded)?.includes(value));
}

/** The filter with the value asked for, or no longer; values of one field stand in a list, of which any is meant. */
export function toggleValue(text: string, { field, value, excluded = false }: FieldValue): string {
  const chosen = hasValue(text, { field, value, excluded });
  let listed = false;
  const units = unitsIn(text).flatMap((unit) => {
    const opposite = valuesIn(unit, field, !excluded);
    if (opposite?.includes(value)) return written(field, without(opposite, value), !excluded);
    const values = valuesIn(unit, field, excluded);
    if (!values) return unit;
    if (values.includes(value)) return written(field, without(values, value), excluded);
    if (listed || chosen) return unit;
    listed = true;
    return written(field, [...values, value], excluded);
  });
  return joined(listed || chosen ? units : [...units, valueTerm({ field, value, excluded })]);
}

const without = (values: string[], value: string) => values.filter((other) => other !== value);
const written = (field: string, values: string[], excluded: boolean) =>
  values.length ? [termOf(field, values, excluded)] : [];

/** Whether the filter has a term; a verdict may stand in a list with others. */
export function hasTerm(text: string, term: string): boolean {
  const verdict = verdictIn(term);
  return verdict ? hasValue(text, verdict) : unitsOf(text).units.includes(term);
}

/** The filter with a term more, or without it. */
export function toggleTerm(text: string, term: string): string {
  const verdict = verdictIn(term);
  if (verdict) return toggleValue(text, verdict);
  const units = unitsIn(text);
  return joined(units.includes(term) ? units.filter((other) => other !== term) : [...units, term]);
}

/** The terms of a text, and its groups as one each. */
export const termsOf = (text: string): string[] => unitsOf(text).units;

/** The same where another is to stand beside them: what OR joins is one then. */
function unitsIn(text: string): string[] {
  const { units, either } = unitsOf(text);
  return either ? [`(${text.trim()})`] : units;
}

const joined = (units: string[]) => units.join(' ');

function verdictIn(term: string): FieldValue | undefined {
  const [, value] = /^verdict:(\w[\w-]*)$/.exec(term) ?? [];
  return value ? { field: 'verdict', value } : undefined;
}
