// What is found of a result as the reader looks at it: the rows that pass filter and brush, in the order asked for, and the marks of
// the reader's own lists.
//
// All of it is computed in steps, and shown only when it is whole: the answer to the last question stays in view until then, and a newer
// question ends the work for an older one. What two questions have in common is computed once.

import { columnOf, type Subject } from '../model/columns.ts';
import { parseFilter } from '../model/filter/filter.ts';
import type { Mistake } from '../model/filter/syntax.ts';
import type { Marks } from '../model/marks.ts';
import type { TupleOutline } from '../model/report.ts';
import type { Result, Span } from '../model/result.ts';
import { BLOCK, inSteps, sorted, type Work } from '../model/steps.ts';
import { findMarks, marksVersion } from './lists/marks.ts';

/** A column that rows are ordered by, and which way. */
export interface Sort {
  column: string;
  direction: 'asc' | 'desc';
}

/** What rows are asked for. */
export interface Wanted {
  filter: string;
  threshold: number | undefined;
  brush: Span | undefined;
  sort: Sort;
}

/** What was found. */
export interface Found extends Subject {
  marks: Marks;
  sort: Sort;
  /** Places of tuples. */
  rows: Uint32Array;
  /** The filter's. */
  mistakes: Mistake[];
}

export class Finder {
  #ready: () => void;
  #asked: unknown[] = [];
  #answer: Found | undefined;
  #parts = new Map<string, { from: unknown[]; value: unknown }>();

  /** `ready` is called when an answer has come that took more than one step. */
  constructor(ready: () => void) {
    this.#ready = ready;
  }

  /** Whether the newest answer is not yet the one to the newest question. */
  busy = false;

  /** The newest answer, which may still be one to an older question; `undefined` before the first. */
  find(result: Result, { filter, threshold, brush, sort }: Wanted): Found | undefined {
    const question = [
      result,
      filter,
      threshold,
      ...(brush ?? [undefined, undefined]),
      sort.column,
      sort.direction,
      marksVersion(),
    ];
    if (!same(question, this.#asked)) this.#ask(question, { result, filter, threshold, brush, sort });
    return this.#answer;
  }

  #ask(question: unknown[], asked: Wanted & { result: Result }): void {
    this.#asked = question;
    this.busy = true;
    let later = false;
    const done = (answer: Found) => {
      this.#answer = answer;
      this.busy = false;
      if (later) this.#ready();
    };
    inSteps(this.#found(asked), done, () => this.#asked === question);
    later = true;
  }

  *#found({ result, filter, threshold, brush, sort }: Wanted & { result: Result }): Work<Found> {
    const marks = yield* findMarks(result);
    const subject = { result, threshold, marks };
    const { passing, mistakes } = yield* this.#part(
      'passing',
      [result, filter, threshold, brush, marks],
      passes(subject, filter, brush),
    );
    const order = yield* this.#part(
      'order',
      [
        result,
        sort.column,
        sort.direction,
        sort.column === 'verdict' && threshold,
        columnOf(sort.column, result)?.marked && marks,
      ],
      orderOf(subject, sort),
    );
    return { result, threshold, sort, marks, rows: order.filter((place) => passing[place]), mistakes };
  }

  /** What `work` returns, or returned when it was last computed from the same. */
  *#part<T>(name: string, from: unknown[], work: Work<T>): Work<T> {
    const held = this.#parts.get(name);
    if (held && same(held.from, from)) return held.value as T;
    const value = yield* work;
    this.#parts.set(name, { from, value });
    return value;
  }
}

export const same = (some: unknown[], others: unknown[]) =>
  some.length === others.length && some.every((value, i) => value === others[i]);

/** Characters that are searched before the page may have its turn, each of them for each term of the filter. */
const SEARCHED_AT_ONCE = 1 << 20;

/** About how many characters a term may search in a tuple. */
const weightOf = ({ server_names, dns, handshakes }: TupleOutline) =>
  server_names.reduce((sum, name) => sum + name.length, 64) +
  256 * (dns.names.length + handshakes.subject.length + handshakes.issuer.length);

/** By a tuple's place whether it passes filter and brush; and the filter's mistakes. */
function* passes(
  subject: Subject,
  filter: string,
  brush: Span | undefined,
): Work<{ passing: Uint8Array; mistakes: Mistake[] }> {
  const { result } = subject;
  const { test, terms, mistakes } = parseFilter(filter, result.schema.features);
  const passing = new Uint8Array(result.length);
  let searched = 0;
  for (let i = 0; i < result.length; i++) {
    if (i && i % BLOCK === 0) yield;
    searched += terms && terms * weightOf(result.outline.tuples[i]);
    if (searched > SEARCHED_AT_ONCE) {
      searched = 0;
      yield;
    }
    if (test(subject, i) && (!brush || result.beganWithin(i, brush))) passing[i] = 1;
  }
  return { passing, mistakes };
}

/** Places of all tuples in the order asked for. */
function* orderOf(subject: Subject, { column, direction }: Sort): Work<Uint32Array> {
  const { length } = subject.result;
  const order = columnOf(column, subject.result) ?? columnOf('score', subject.result);
  const keys: (number | string)[] = [];
  for (let i = 0; i < length; i++) {
    if (i && i % BLOCK === 0) yield;
    if (order) keys.push(order.of(subject, i));
  }
  const sign = direction === 'asc' ? 1 : -1;
  // Equal keys stay in the Report's order: by score, then by key.
  return yield* sorted(length, (a, b) => (keys[a] < keys[b] ? -sign : keys[a] > keys[b] ? sign : a - b));
}
