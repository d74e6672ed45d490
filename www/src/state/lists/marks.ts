// What the reader's own lists say of the tuples of a result: which are expected, and which have an indicator. Found once for each
// result and each change of the lists.

import { BLOCK } from '../../model/steps.ts';
import { asksForSha1, matcher, reloadLists, whenIndicatorsChange } from './indicators.ts';
import { expectedBy, expectedEntries, reloadExpected, whenExpectedChanges } from './expected.ts';
import { whenChangedElsewhere } from './kept.ts';

/**
 * The two kinds of lists: the test of a tuple, which gives the entries that mark it (`undefined` where none can); how often the lists
 * have changed; and by result what was found with them, as far as it has come.
 */
const EXPECTED = { version: 0, held: new WeakMap(), *test() { return expectedEntries().length ? expectedBy : undefined; } };
const MATCHES = { version: 0, held: new WeakMap(), test: matchTest };

/** By result, the SHA-1 of its certificates by their SHA-256, once it is asked for. */
const sha1s = new WeakMap();
/** By result, what was found last. */
const marks = new WeakMap();
let listener = () => {};

/** Marks of a result before any are found. */
export const UNMARKED = { expected: new Map(), matches: new Map() };

/** Has `called` called after each change of a list, here or in another window. */
export function watchLists(called) {
  listener = called;
  whenExpectedChanges(() => changed(EXPECTED));
  whenIndicatorsChange(() => changed(MATCHES));
  whenChangedElsewhere(() => {
    reloadExpected();
    changed(EXPECTED);
    reloadLists();
  });
  reloadLists();
}

function changed(kind) {
  kind.version += 1;
  listener();
}

/** Changes with the lists. */
export const marksVersion = () => `${EXPECTED.version} ${MATCHES.version}`;

/** Finds the marks of a result in steps: `expected`, by a tuple's place the entries by which it is expected, and `matches`, those that name it. */
export function* findMarks(result) {
  const expected = yield* find(EXPECTED, result);
  const matches = yield* find(MATCHES, result);
  const held = marks.get(result);
  if (held?.expected !== expected || held.matches !== matches) marks.set(result, { expected, matches });
  return marks.get(result);
}

function* find(kind, result) {
  const { tuples } = result.outline;
  for (;;) {
    const { version } = kind;
    const test = yield* kind.test(result);
    if (kind.held.get(result)?.version !== version) kind.held.set(result, { version, next: 0, found: new Map() });
    const held = kind.held.get(result);
    while (test && held.next < tuples.length && kind.version === version) {
      const place = held.next++;
      const entries = test(tuples[place]);
      if (entries.length) held.found.set(place, entries);
      if (held.next % BLOCK === 0) yield;
    }
    // Lists that have changed meanwhile say something else.
    if (kind.version === version) return held.found;
  }
}

function* matchTest(result) {
  const matches = yield* matcher();
  const known = sha1s.get(result) ?? new Map();
  return matches && ((tuple) => matches(tuple, known));
}

/** Asks for the SHA-1 of an input's certificates, where a list names some so and the worker can tell. */
export async function learnSha1s({ result, engine }) {
  if (!result || !engine || sha1s.has(result) || !asksForSha1()) return;
  sha1s.set(result, new Map());
  const pairs = await engine.sha1s().catch(() => []);
  sha1s.set(result, new Map(pairs));
  if (pairs.length) changed(MATCHES);
}
