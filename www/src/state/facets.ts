// The facets of what is found, counted beside it: the table does not wait for them.

import { type Facet, facetsOf } from '../model/facets.ts';
import { inSteps } from '../model/steps.ts';
import type { Found } from './finder.ts';

const held = new WeakMap<Found, { facets: Facet[] | undefined }>();

/** The facets of an answer; `undefined` until they are counted, when `changed` is called. */
export function facetsFor(found: Found, changed: () => void): Facet[] | undefined {
  const known = held.get(found);
  if (known) return known.facets;
  const made: { facets: Facet[] | undefined } = { facets: undefined };
  held.set(found, made);
  let later = false;
  inSteps(facetsOf(found, found.rows), (facets) => {
    made.facets = facets;
    if (later) changed();
  });
  later = true;
  return made.facets;
}
