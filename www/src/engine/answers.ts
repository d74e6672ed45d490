// What answers for a result that is shown: the worker that made it. Few workers are kept, as each holds memory of its own. One that has
// ended is replaced by another, which reads the input once more, when something is asked that only it can tell.

import { errorOf, type Failure, programFailure } from '../model/failure.ts';
import type { TupleOutline } from '../model/report.ts';
import type { Result } from '../model/result.ts';
import { isSame } from '../model/tuples.ts';
import { Engine } from './engine.ts';
import type { Answered, Asked, CarveProgress, Question, Task } from './messages.ts';

/** Workers that are kept, and bytes of memory of all of them: beyond either, the one that was asked longest ago ends. */
const KEPT = 8;
const KEPT_MEMORY = 1 << 30;

/** Those that have a worker, the one that was asked last at the end. */
const kept: Answers[] = [];

/** What answers are given of. */
export interface Analysed extends Task {
  size: number;
  result: Result;
  /** Bytes that its worker holds. */
  memory: number;
}

/** How far a replaced worker is with reading the input again; or why it cannot answer. */
export type Rereading = { is: 'reading'; share: number } | { is: 'failed'; failure: Failure };

/** While the input is read again: what will come of it, and what gives it up. */
interface Reading {
  done: Promise<void>;
  giveUp(): void;
}

/** What answers for a result that is whole. */
export interface Answerer {
  ask<Q extends Question>(
    what: Q,
    args: Asked<Q>,
    told?: (news: CarveProgress) => void,
  ): Promise<Answered<Q>>;
  /** SHA-1 of the certificates by their SHA-256. */
  sha1s(): Promise<[string, string][]>;
  /** Ends it for good. */
  end(): void;
}

/** Answers as an Engine does; `tell` hears of a replaced worker, and in the end of `undefined` where it answers. */
export class Answers implements Answerer {
  #of: Analysed;
  #tell: (rereading: Rereading | undefined) => void;
  #engine: Engine | undefined;
  #reading: Reading | undefined;
  /** Asked of all inputs at once when a list changes, so that it must not need a worker. */
  #sha1s: Promise<[string, string][] | undefined> | undefined;

  constructor(of: Analysed, engine: Engine, tell: (rereading: Rereading | undefined) => void) {
    this.#of = of;
    this.#tell = tell;
    this.#engine = engine;
    this.#used();
  }

  async ask<Q extends Question>(
    what: Q,
    args: Asked<Q>,
    told?: (news: CarveProgress) => void,
  ): Promise<Answered<Q>> {
    if (!this.#engine) {
      this.#reading ??= this.#readAgain();
      await this.#reading.done;
    }
    if (!this.#engine) throw new Error('the worker has ended');
    const answer = this.#engine.ask(what, args, told);
    this.#used();
    return answer;
  }

  async sha1s(): Promise<[string, string][]> {
    return (await this.#sha1s) ?? this.ask('sha1s', []);
  }

  /** Ends the worker for good. */
  end(): void {
    this.#reading?.giveUp();
    this.#engine?.end();
    this.#engine = undefined;
    this.#forget();
  }

  #readAgain(): Reading {
    let [resolve, reject]: [() => void, (error: Error) => void] = [() => {}, () => {}];
    const done = new Promise<void>((kept, broken) => {
      [resolve, reject] = [kept, broken];
    });
    const fail = (failure: Failure) => {
      this.#reading = undefined;
      // It may break off later too, over a question.
      this.#engine = undefined;
      this.#forget();
      this.#tell({ is: 'failed', failure });
      reject(errorOf(failure));
    };
    this.#tell({ is: 'reading', share: 0 });
    const { size, result } = this.#of;
    const engine = new Engine(this.#of, {
      progress: ({ bytes }) => this.#tell({ is: 'reading', share: size ? Math.min(1, bytes / size) : 0 }),
      done: ({ outline }) => {
        if (!areSame(outline.tuples, result.outline.tuples)) {
          engine.end();
          fail({
            reason: { key: 'error.changed', values: {} },
            message: 'the file has changed since it was analysed',
          });
          return;
        }
        this.#engine = engine;
        this.#reading = undefined;
        this.#tell(undefined);
        resolve();
      },
      failed: fail,
      crashed: (message) => fail(programFailure(message)),
    });
    const giveUp = () => {
      engine.end();
      reject(new Error('the input was taken out'));
    };
    return { done, giveUp };
  }

  #used(): void {
    this.#forget();
    kept.push(this);
    const tooMany = () =>
      kept.length > KEPT || kept.reduce((sum, one) => sum + one.#of.memory, 0) > KEPT_MEMORY;
    // Of those that are busy none may end, and the one that is asked stays whatever it takes.
    for (const one of kept.slice(0, -1)) if (tooMany() && !one.#engine?.busy) one.#release();
  }

  #forget(): void {
    const place = kept.indexOf(this);
    if (place >= 0) kept.splice(place, 1);
  }

  /** Ends the worker, to be replaced when it is asked again. */
  #release(): void {
    const engine = this.#engine;
    this.#engine = undefined;
    this.#forget();
    if (!engine) return;
    this.#sha1s ??= engine.ask('sha1s', []).catch(() => undefined);
    this.#sha1s.finally(() => engine.end());
  }
}

const areSame = (some: TupleOutline[], others: TupleOutline[]) =>
  some.length === others.length && some.every((tuple, place) => isSame(tuple, others[place]));
