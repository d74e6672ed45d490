// What is found of a result as the reader looks at it: the rows that pass filter and brush, in the order asked for, and the marks of
// the reader's own lists.
//
// All of it is computed in steps, and shown only when it is whole: the answer to the last question stays in view until then, and a newer
// question ends the work for an older one. What two questions have in common is computed once.

import { parseFilter } from './filter.ts';
import { findMarks, marksVersion } from '../state/lists/marks.ts';
import { COLUMNS, columnOf } from './columns.ts';
import { BLOCK, inSteps, sorted } from './steps.ts';

export class Finder {
  #ready;
  #asked = [];
  #answer;
  #parts = new Map();

  /** `ready` is called when an answer has come that took more than one step. */
  constructor(ready) {
    this.#ready = ready;
  }

  /** Whether the newest answer is not yet the one to the newest question. */
  busy = false;

  /**
   * The newest answer, which may still be one to an older question; `undefined` before the first. It has `result`, `threshold`, `sort`,
   * `marks`, `rows` (places of tuples) and `mistakes` (the filter's).
   */
  find(result, { filter, threshold, brush, sort }) {
    const question = [result, filter, threshold, ...(brush ?? [undefined, undefined]), sort.column, sort.direction, marksVersion()];
    if (!same(question, this.#asked)) this.#ask(question, { result, filter, threshold, brush, sort });
    return this.#answer;
  }

  #ask(question, asked) {
    this.#asked = question;
    this.busy = true;
    let later = false;
    const done = (answer) => {
      this.#answer = answer;
      this.busy = false;
      if (later) this.#ready();
    };
    inSteps(this.#found(asked), done, () => this.#asked === question);
    later = true;
  }

  *#found({ result, filter, threshold, brush, sort }) {
    const marks = yield* findMarks(result);
    const subject = { result, threshold, marks };
    const { passing, mistakes } = yield* this.#part('passing', [result, filter, threshold, brush, marks], passes(subject, filter, brush));
    const order = yield* this.#part('order', [result, sort.column, sort.direction, sort.column === 'verdict' && threshold], orderOf(subject, sort));
    return { result, threshold, sort, marks, rows: order.filter((place) => passing[place]), mistakes };
  }

  /** What `work` returns, or returned when it was last computed from the same. */
  *#part(name, from, work) {
    const held = this.#parts.get(name);
    if (held && same(held.from, from)) return held.value;
    const value = yield* work;
    this.#parts.set(name, { from, value });
    return value;
  }
}

const same = (some, others) => some.length === others.length && some.every((value, i) => value === others[i]);

/** By a tuple's place whether it passes filter and brush; and the filter's mistakes. */
function* passes(subject, filter, brush) {
  const { result } = subject;
  const { test, mistakes } = parseFilter(filter, result.schema.features);
  const passing = new Uint8Array(result.length);
  for (let i = 0; i < result.length; i++) {
    if (i && i % BLOCK === 0) yield;
    if (test(subject, i) && (!brush || result.beganWithin(i, brush))) passing[i] = 1;
  }
  return { passing, mistakes };
}

/** Places of all tuples in the order asked for. */
function* orderOf(subject, { column, direction }) {
  const { length } = subject.result;
  const { of } = columnOf(column, subject.result) ?? COLUMNS.score;
  const keys = [];
  for (let i = 0; i < length; i++) {
    if (i && i % BLOCK === 0) yield;
    keys.push(of(subject, i));
  }
  const sign = direction === 'asc' ? 1 : -1;
  // Equal keys stay in the Report's order: by score, then by key.
  return yield* sorted(length, (a, b) => (keys[a] < keys[b] ? -sign : keys[a] > keys[b] ? sign : a - b));
}
