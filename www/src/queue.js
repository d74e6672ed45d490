// The inputs, one after the other: each is analysed alone, in a worker of its own. One that fails, crashes or is cancelled
// does not touch the others.

import { Engine } from './engine.js';
import { Result } from './result.js';

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

  /** Adds inputs as inputs.js makes them (`lab` marks the project's own traffic); gives them back with their state. */
  add(inputs) {
    const added = inputs.map((input) => ({
      ...input,
      id: this.#next++,
      status: 'waiting',
      progress: { bytes: 0, packets: 0, connections: 0, tls: 0 },
      message: '',
    }));
    this.#inputs.push(...added);
    this.#startNext();
    return added;
  }

  /** Ends an input that waits or runs. */
  cancel(input) {
    if (input.status !== 'waiting' && input.status !== 'running') return;
    this.#end(input, 'cancelled');
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
    Object.assign(input, { status: 'waiting', message: '', progress: { bytes: 0, packets: 0, connections: 0, tls: 0 } });
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
    input.engine = new Engine(input, {
      progress: (progress) => {
        input.progress = progress;
        mark(input);
        this.#changed(input);
      },
      done: (message) => {
        input.result = new Result(message);
        input.memory = message.memory;
        input.seconds = (performance.now() - input.started) / 1000;
        input.status = 'done';
        this.#changed(input);
        this.#startNext();
      },
      failed: (message) => this.#end(input, 'failed', message),
      crashed: (message) => this.#end(input, 'crashed', message),
    });
    this.#changed(input);
  }

  #end(input, status, message = '') {
    input.engine?.end();
    input.engine = undefined;
    input.status = status;
    input.message = message;
    this.#changed(input);
    this.#startNext();
  }
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
