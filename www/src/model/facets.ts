// The values that most of some rows have, field by field.

import type { Subject } from './columns.ts';
import { fieldOf, type Of } from './filter/fields.ts';
import { BLOCK, type Work } from './steps.ts';

/** Fields of which values are counted, in the order of the page. */
export const FACETS = ['source', 'destination', 'port', 'sni', 'issuer', 'ja4', 'certificate'] as const;

/** Values that are told of each. */
const TOLD = 6;
/** Values of one tuple that are counted; a sender may give it any number. */
const COUNTED = 64;

export interface Facet {
  field: (typeof FACETS)[number];
  /** Those of most rows, the most frequent first. */
  values: { value: string; count: number }[];
  /** How many values there are. */
  all: number;
}

/** Counts the values of the rows in steps. */
export function* facetsOf(subject: Subject, rows: Uint32Array): Work<Facet[]> {
  const facets: Facet[] = [];
  for (const field of FACETS) {
    const of = valuesOf(field);
    const counts = new Map<string, number>();
    for (let i = 0; i < rows.length; i++) {
      if (i % BLOCK === BLOCK - 1) yield;
      for (const value of of(subject, rows[i]).slice(0, COUNTED))
        counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    yield;
    const most: Facet['values'] = [];
    for (const [value, count] of counts) {
      if (most.length === TOLD && count <= most[TOLD - 1].count) continue;
      const place = most.findIndex((other) => other.count < count);
      most.splice(place < 0 ? most.length : place, 0, { value, count });
      most.length = Math.min(most.length, TOLD);
    }
    facets.push({ field, values: most, all: counts.size });
  }
  return facets;
}

function valuesOf(name: string): Of<readonly string[]> {
  const field = fieldOf(name, []);
  if (field?.kind === 'numbers') return (subject, i) => [String(field.of(subject, i))];
  return field?.kind === 'texts' || field?.kind === 'addresses' ? field.of : () => [];
}
