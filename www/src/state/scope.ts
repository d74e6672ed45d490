// Which destinations are exported: the chosen one, the flagged ones that the filter shows, or all that it shows.

import { verdictOf } from '../model/tuples.ts';
import type { Shown } from './input.ts';

export type Scope = 'selected' | 'flagged' | 'shown';

/** The scopes that hold something, with their rows. */
export function scopesOf({ view, found }: Shown): Map<Scope, ArrayLike<number>> {
  const { result, threshold, rows } = found;
  const flagged = rows.filter((row) => verdictOf(result, row, threshold) === 'malware-like');
  const all: [Scope, ArrayLike<number>][] = [
    ['selected', view.selected === undefined ? [] : [view.selected]],
    ['flagged', flagged],
    ['shown', rows],
  ];
  return new Map(all.filter(([, rows]) => rows.length));
}

/** The scope that the reader asked for; else the narrowest that holds something. */
export function scopeOf({ view }: Shown, scopes: Map<Scope, ArrayLike<number>>): Scope {
  if (view.scope && scopes.has(view.scope)) return view.scope;
  const [narrowest = 'shown'] = scopes.keys();
  return narrowest;
}
