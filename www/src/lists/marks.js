// What the reader's own lists say of the tuples of a result: which are expected, and which have an indicator. Found once for each
// result and each change of the lists.

import { asksForSha1, indicatorLists, matchesOf, reloadLists, whenIndicatorsChange } from './indicators.js';
import { expectedBy, expectedEntries, reloadExpected, whenExpectedChanges } from './expected.js';
import { whenChangedElsewhere } from './kept.js';

/** Counts the changes of the lists. */
let version = 0;
let changed = () => {};
const marks = new WeakMap();
/** By result, the SHA-1 of its certificates by their SHA-256, once it is asked for. */
const sha1s = new WeakMap();
const NONE = new Map();

/** Has `listener` called after each change of a list, here or in another window. */
export function watchLists(listener) {
  changed = () => {
    version += 1;
    listener();
  };
  whenExpectedChanges(() => changed());
  whenIndicatorsChange(() => changed());
  whenChangedElsewhere(() => {
    reloadExpected();
    reloadLists();
    changed();
  });
}

/** `{version, expected, matches}` of a result: by a tuple's index the entries by which it is expected, and those that name it. */
export function marksOf(result) {
  const held = marks.get(result);
  if (held?.version === version) return held;
  const fresh = { version, expected: new Map(), matches: new Map() };
  const some = expectedEntries().length > 0 || indicatorLists().length > 0;
  const add = (map, i, entries) => entries.length && map.set(i, entries);
  for (let i = 0; some && i < result.length; i++) {
    const tuple = result.outline.tuples[i];
    add(fresh.expected, i, expectedBy(tuple));
    add(fresh.matches, i, matchesOf(tuple, sha1s.get(result) ?? NONE));
  }
  marks.set(result, fresh);
  return fresh;
}

/** Asks for the SHA-1 of an input's certificates, where a list names some so and the worker can tell. */
export async function learnSha1s({ result, engine }) {
  if (!result || !engine || sha1s.has(result) || !asksForSha1()) return;
  sha1s.set(result, NONE);
  const pairs = await engine.sha1s().catch(() => []);
  sha1s.set(result, new Map(pairs));
  if (pairs.length) changed();
}
