// What the reader's own lists say of the tuples of a result: which are expected, and which have an indicator. Found once for each
// result and each change of the lists.

import { whenChangedElsewhere } from '../../browser/kept.ts';
import type { Answerer } from '../../engine/answers.ts';
import type { Expected, Marks, Match } from '../../model/marks.ts';
import type { Note } from '../../model/notes.ts';
import type { TupleOutline } from '../../model/report.ts';
import type { Result } from '../../model/result.ts';
import { BLOCK, type Work } from '../../model/steps.ts';
import type { Input } from '../input.ts';
import { allNotes, noteOf, whenNotesChange } from '../notes.ts';
import { expectedBy, expectedEntries, reloadExpected, whenExpectedChanges } from './expected.ts';
import { asksForSha1, matcher, reloadLists, whenIndicatorsChange } from './indicators.ts';
import { placeOf, whenPlacesChange } from './places.ts';

/** Gives the entries that mark a tuple; `undefined` where none can. */
type Test<T> = ((tuple: TupleOutline) => T[]) | undefined;

/** One of the two kinds of lists. */
interface Kind<T> {
  /** How often the lists have changed. */
  version: number;
  /** By result what was found with them, as far as it has come. */
  held: WeakMap<Result, { version: number; next: number; found: Map<number, T[]> }>;
  test(result: Result): Work<Test<T>>;
}

const EXPECTED: Kind<Expected> = {
  version: 0,
  held: new WeakMap(),
  // biome-ignore lint/correctness/useYield: the other kind's test is made in steps
  *test() {
    return expectedEntries().length ? expectedBy : undefined;
  },
};
const MATCHES: Kind<Match> = { version: 0, held: new WeakMap(), test: matchTest };
const NOTES: Kind<Note> = {
  version: 0,
  held: new WeakMap(),
  *test(): Work<Test<Note>> {
    return allNotes().size ? (tuple) => [noteOf(tuple) ?? []].flat() : undefined;
  },
};
/** How often the files of places have changed, and what they say since. */
const PLACES = { version: 0, placeOf };

/** By result, the SHA-1 of its certificates by their SHA-256, once it is asked for. */
const sha1s = new WeakMap<Result, Map<string, string>>();
/** By result, what was found last. */
const marks = new WeakMap<Result, Marks>();
let listener = () => {};

/** Has `called` called after each change of a list, here or in another window. */
export function watchLists(called: () => void): void {
  listener = called;
  whenExpectedChanges(() => changed(EXPECTED));
  whenIndicatorsChange(() => changed(MATCHES));
  whenNotesChange(() => changed(NOTES));
  whenPlacesChange(() => {
    PLACES.placeOf = (address) => placeOf(address);
    changed(PLACES);
  });
  whenChangedElsewhere(() => {
    reloadExpected();
    changed(EXPECTED);
    reloadLists();
  });
  reloadLists();
}

function changed(kind: { version: number }): void {
  kind.version += 1;
  listener();
}

/** Changes with the lists. */
export const marksVersion = () => [EXPECTED, MATCHES, NOTES, PLACES].map(({ version }) => version).join(' ');

/** Finds the marks of a result in steps: `expected`, by a tuple's place the entries by which it is expected, and `matches`, those that name it. */
export function* findMarks(result: Result): Work<Marks> {
  const expected = yield* find(EXPECTED, result);
  const matches = yield* find(MATCHES, result);
  const notes = yield* find(NOTES, result);
  const { placeOf } = PLACES;
  let held = marks.get(result);
  const isHeld = held?.expected === expected && held.matches === matches && held.notes === notes;
  if (!held || !isHeld || held.placeOf !== placeOf) {
    held = { expected, matches, notes, placeOf };
    marks.set(result, held);
  }
  return held;
}

function* find<T>(kind: Kind<T>, result: Result): Work<Map<number, T[]>> {
  const { tuples } = result.outline;
  for (;;) {
    const { version } = kind;
    const test = yield* kind.test(result);
    let held = kind.held.get(result);
    if (held?.version !== version) {
      held = { version, next: 0, found: new Map() };
      kind.held.set(result, held);
    }
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

function* matchTest(result: Result): Work<Test<Match>> {
  const matches = yield* matcher();
  const known = sha1s.get(result) ?? new Map<string, string>();
  return matches && ((tuple) => matches(tuple, known));
}

/** SHA-1 of an input's certificates by their SHA-256, as far as they are at hand. */
export async function learnedSha1s(input: Input): Promise<Map<string, string>> {
  const { status } = input;
  const pairs =
    status.is === 'done'
      ? status.answers.sha1s()
      : status.is === 'running'
        ? status.engine.ask('sha1s', [])
        : [];
  return new Map(await Promise.resolve(pairs).catch((): [string, string][] => []));
}

/** Has lists that name certificates by their SHA-1 find those of an input. */
export function learnCertificates({ status }: Input): void {
  if (status.is === 'done') void learnSha1s(status.result, status.answers);
}

/** Asks for the SHA-1 of a result's certificates, where a list names some so. */
async function learnSha1s(result: Result, answers: Answerer): Promise<void> {
  if (sha1s.has(result) || !asksForSha1()) return;
  sha1s.set(result, new Map());
  const pairs = await answers.sha1s().catch((): [string, string][] => []);
  sha1s.set(result, new Map(pairs));
  if (pairs.length) changed(MATCHES);
}
