// What the reader's own lists say of the tuples of a result: which are expected, and which have an indicator. Found once for each
// result and each change of the lists.

import { asksForSha1, indicatorLists, matchesOf, reloadLists, whenIndicatorsChange } from './indicators.js';
import { expectedBy, expectedEntries, reloadExpected, whenExpectedChanges } from './expected.js';
import { whenChangedElsewhere } from './kept.js';

/** Counts the changes of the lists. */
let version = 0;
let listener = () => {};
/** Milliseconds that a step takes. */
const STEP = 30;
const marks = new WeakMap();
/** By result, the SHA-1 of its certificates by their SHA-256, once it is asked for. */
const sha1s = new WeakMap();
const NONE = new Map();

/** Has `called` called after each change of a list, here or in another window, and once marks that took several steps are there. */
export function watchLists(called) {
  listener = called;
  whenExpectedChanges(changed);
  whenIndicatorsChange(changed);
  whenChangedElsewhere(() => {
    reloadExpected();
    reloadLists();
    changed();
  });
}

function changed() {
  version += 1;
  listener();
}

/**
 * `{state, expected, matches}` of a result: by a tuple's index the entries by which it is expected, and those that name it; `state`
 * changes with them. Of many tuples they come in several steps.
 */
export function marksOf(result) {
  let held = marks.get(result);
  if (held?.version === version) return held;
  const some = expectedEntries().length > 0 || indicatorLists().length > 0;
  held = { version, next: some ? 0 : result.length, expected: new Map(), matches: new Map() };
  marks.set(result, held);
  find(result, held);
  return held;
}

/** Goes on for a while, and then after the page has had its turn. */
function find(result, held) {
  const until = performance.now() + STEP;
  const known = sha1s.get(result) ?? NONE;
  while (held.next < result.length && performance.now() < until) {
    const i = held.next++;
    const tuple = result.outline.tuples[i];
    const [expected, matches] = [expectedBy(tuple), matchesOf(tuple, known)];
    if (expected.length) held.expected.set(i, expected);
    if (matches.length) held.matches.set(i, matches);
  }
  const all = held.next >= result.length;
  held.state = `${held.version} ${all}`;
  if (all) return held.later && listener();
  held.later = true;
  setTimeout(() => marks.get(result) === held && held.version === version && find(result, held));
}

/** Asks for the SHA-1 of an input's certificates, where a list names some so and the worker can tell. */
export async function learnSha1s({ result, engine }) {
  if (!result || !engine || sha1s.has(result) || !asksForSha1()) return;
  sha1s.set(result, NONE);
  const pairs = await engine.sha1s().catch(() => []);
  sha1s.set(result, new Map(pairs));
  if (pairs.length) changed();
}
