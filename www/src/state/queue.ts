// The inputs, one after the other: each is analysed alone, in a worker of its own, of which the last are kept (engine/answers.ts). One that fails, crashes or is cancelled
// does not touch the others. One that is stopped keeps what was found by then.

import { Answers } from '../engine/answers.ts';
import { Engine } from '../engine/engine.ts';
import { programFailure } from '../model/failure.ts';
import { Result } from '../model/result.ts';

/** Milliseconds that a stopped analysis has to hand over what it found. */
const GRACE = 8000;

/** Milliseconds behind which the speed is measured anew. */
const SPEED_WINDOW = 3000;

export class Queue {
  #inputs = [];
  #changed;
  #next = 1;

  /** `changed(input)` is called whenever an input has changed. */
  constructor(changed) {
    this.#changed = changed;
  }

  get inputs() {
    return this.#inputs;
  }

  /** Adds inputs as browser/files.ts makes them (`lab` marks the project's own traffic); gives them back with their state. */
  add(inputs) {
    const added = inputs.map((input) => ({
      ...input,
      id: this.#next++,
      ...fresh(),
    }));
    this.#inputs.push(...added);
    this.#startNext();
    return added;
  }

  /** Ends an input that waits or runs; one that runs keeps what was found. */
  cancel(input) {
    if (input.status === 'waiting' || input.stopping) return this.#end(input, 'cancelled');
    if (input.status !== 'running') return;
    input.stopping = true;
    input.engine.stop();
    const { engine } = input;
    setTimeout(() => input.engine === engine && input.status === 'running' && this.#end(input, 'cancelled'), GRACE);
    this.#changed(input);
  }

  /** Takes an input and its result out. */
  remove(input) {
    input.engine?.end();
    input.engine = undefined;
    this.#inputs.splice(this.#inputs.indexOf(input), 1);
    this.#startNext();
  }

  /** Analyses a failed or cancelled input again. */
  again(input) {
    input.engine?.end();
    Object.assign(input, fresh(), { engine: undefined, result: undefined });
    this.#startNext();
    this.#changed(input);
  }

  #startNext() {
    if (this.#inputs.some(({ status }) => status === 'running')) return;
    const input = this.#inputs.find(({ status }) => status === 'waiting');
    if (!input) return;
    input.status = 'running';
    input.started = performance.now();
    input.marks = [[input.started, 0]];
    const engine = new Engine(input, {
      progress: (progress) => {
        input.progress = progress;
        mark(input);
        this.#changed(input);
      },
      partial: (message) => {
        input.result = new Result(message);
        this.#changed(input);
      },
      done: (message) => {
        input.result = new Result(message);
        input.partial = message.stopped && input.progress.bytes < input.size;
        // A file with the Report of a part must not pass for one of the whole.
        if (input.partial) input.result.outline.capture.partial = true;
        input.memory = message.memory;
        input.seconds = (performance.now() - input.started) / 1000;
        input.status = 'done';
        input.engine = new Answers(input, engine, this.#changed);
        this.#changed(input);
        this.#startNext();
      },
      failed: (failure) => this.#end(input, input.stopping ? 'cancelled' : 'failed', failure),
      crashed: (message) => this.#end(input, 'crashed', programFailure(message)),
    });
    input.engine = engine;
    this.#changed(input);
  }

  #end(input, status, failure) {
    input.engine?.end();
    Object.assign(input, { engine: undefined, result: undefined, status, failure });
    this.#changed(input);
    this.#startNext();
  }
}

/** The state of an input that has not begun. */
function fresh() {
  return {
    status: 'waiting',
    stopping: false,
    partial: false,
    failure: undefined,
    rereading: undefined,
    progress: { bytes: 0, packets: 0, connections: 0, tls: 0 },
  };
}

/** Bytes a second over the last seconds; `undefined` until there are two marks. */
export function speedOf({ marks }) {
  const [[from, before], [to, after]] = [marks[0], marks[marks.length - 1]];
  return to > from ? ((after - before) / (to - from)) * 1000 : undefined;
}

function mark(input) {
  const now = performance.now();
  input.marks.push([now, input.progress.bytes]);
  while (input.marks.length > 2 && now - input.marks[1][0] > SPEED_WINDOW) input.marks.shift();
}
