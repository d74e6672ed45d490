// What answers for a result that is shown: the worker that made it. Few workers are kept, as each holds memory of its own. One that has
// ended is replaced by another, which reads the input once more, when something is asked that only it can tell.

import { Engine } from './engine.ts';
import { programFailure } from '../model/failure.ts';
import { isSame } from '../model/tuples.ts';

/** Workers that are kept, and bytes of memory of all of them: beyond either, the one that was asked longest ago ends. */
const KEPT = 8;
const KEPT_MEMORY = 1 << 30;

/** Those that have a worker, the one that was asked last at the end. */
const kept = [];

/**
 * Has the questions of an Engine. `input.rereading` says of a replaced worker how far it is, `{share}`, or in the end why it cannot
 * answer, `{failure}`; `changed(input)` is called whenever it has changed.
 */
export class Answers {
  #input;
  #changed;
  #engine;
  /** While the input is read again: its engine, what will come of it, and what gives it up. */
  #reading;
  /** Asked of all inputs at once when a list changes, so that it must not need a worker. */
  #sha1s;

  constructor(input, engine, changed) {
    this.#input = input;
    this.#changed = changed;
    this.#engine = engine;
    this.#used();
  }

  text(...args) {
    return this.#ask('text', args);
  }

  evidence(...args) {
    return this.#ask('evidence', args);
  }

  certificate(...args) {
    return this.#ask('certificate', args);
  }

  carve(...args) {
    return this.#ask('carve', args);
  }

  contributions(...args) {
    return this.#ask('contributions', args);
  }

  async sha1s() {
    return (await this.#sha1s) ?? this.#ask('sha1s', []);
  }

  /** Ends the worker for good. */
  end() {
    this.#reading?.giveUp();
    this.#engine?.end();
    this.#engine = undefined;
    this.#forget();
  }

  async #ask(what, args) {
    if (!this.#engine) {
      this.#reading ??= this.#readAgain();
      await this.#reading.done;
    }
    const answer = this.#engine[what](...args);
    this.#used();
    return answer;
  }

  #readAgain() {
    const input = this.#input;
    const reading = {};
    this.#tell({ share: 0 });
    reading.done = new Promise((resolve, reject) => {
      const fail = (failure) => {
        this.#reading = undefined;
        // It may break off later too, over a question.
        this.#engine = undefined;
        this.#forget();
        this.#tell({ failure });
        reject(Object.assign(new Error(failure.message), failure));
      };
      const engine = new Engine(
        { ...input, repeated: { serial: input.result.serial, until: input.partial ? input.progress.bytes : undefined } },
        {
          progress: ({ bytes }) => this.#tell({ share: input.size ? Math.min(1, bytes / input.size) : 0 }),
          done: ({ outline }) => {
            if (!areSame(outline.tuples, input.result.outline.tuples)) {
              engine.end();
              return fail({ kind: 'changed', parts: {}, message: 'the file has changed since it was analysed' });
            }
            this.#engine = engine;
            this.#reading = undefined;
            this.#tell(undefined);
            resolve();
          },
          failed: fail,
          crashed: (message) => fail(programFailure(message)),
        },
      );
      reading.giveUp = () => {
        engine.end();
        reject(new Error('the input was taken out'));
      };
    });
    return reading;
  }

  #tell(rereading) {
    this.#input.rereading = rereading;
    this.#changed(this.#input);
  }

  #used() {
    this.#forget();
    kept.push(this);
    const tooMany = () => kept.length > KEPT || kept.reduce((sum, one) => sum + one.#input.memory, 0) > KEPT_MEMORY;
    // Of those that are busy none may end, and the one that is asked stays whatever it takes.
    for (const one of kept.slice(0, -1)) if (tooMany() && !one.#engine.busy) one.#release();
  }

  #forget() {
    const place = kept.indexOf(this);
    if (place >= 0) kept.splice(place, 1);
  }

  /** Ends the worker, to be replaced when it is asked again. */
  #release() {
    const engine = this.#engine;
    this.#engine = undefined;
    this.#forget();
    this.#sha1s ??= engine.sha1s().catch(() => undefined);
    this.#sha1s.finally(() => engine.end());
  }
}

const areSame = (some, others) => some.length === others.length && some.every((tuple, place) => isSame(tuple, others[place]));
