// The inputs, one after the other: each is analysed alone, in a worker of its own, of which the last are kept (engine/answers.ts). One that
// fails, crashes or is cancelled does not touch the others. One that is stopped keeps what was found by then.

import { Answers } from '../engine/answers.ts';
import { Engine } from '../engine/engine.ts';
import type { ResultMessage } from '../engine/messages.ts';
import { programFailure } from '../model/failure.ts';
import { Result } from '../model/result.ts';
import type { Source } from '../model/source.ts';
import { type Done, type Input, progressOf, type Running, type Status } from './input.ts';

/** Milliseconds that a stopped analysis has to hand over what it found. */
const GRACE = 8000;

/** Milliseconds behind which the speed is measured again. */
const SPEED_WINDOW = 3000;

export class Queue {
  #inputs: Input[] = [];
  #changed: (input: Input) => void;
  #next = 1;

  /** `changed` is called whenever an input has changed. */
  constructor(changed: (input: Input) => void) {
    this.#changed = changed;
  }

  get inputs(): readonly Input[] {
    return this.#inputs;
  }

  /** Adds what is to be analysed; gives the inputs that it becomes. */
  add(sources: Source[]): Input[] {
    const added = sources.map((source) => ({ ...source, id: this.#next++, ...fresh() }));
    this.#inputs.push(...added);
    this.#startNext();
    return added;
  }

  /** Ends an input that waits or runs; one that runs keeps what was found. */
  cancel(input: Input): void {
    const { status } = input;
    if (status.is === 'waiting' || (status.is === 'running' && status.stopping)) {
      this.#end(input, { is: 'cancelled' });
    } else if (status.is === 'running') {
      status.stopping = true;
      status.engine.stop();
      setTimeout(() => {
        if (input.status === status) this.#end(input, { is: 'cancelled' });
      }, GRACE);
      this.#changed(input);
    }
  }

  /** Takes an input and its result out. Until it is released, it can be put back; one that runs then starts again. */
  take(input: Input): void {
    if (input.status.is === 'running') {
      release(input.status);
      input.status = { is: 'waiting' };
    }
    this.#inputs.splice(this.#inputs.indexOf(input), 1);
    this.#startNext();
  }

  /** Puts an input back where it was. */
  putBack(input: Input, place: number): void {
    this.#inputs.splice(place, 0, input);
    this.#startNext();
    this.#changed(input);
  }

  /** Lets what an input holds go, when it has been taken out. */
  release(input: Input): void {
    release(input.status);
    input.status = { is: 'cancelled' };
  }

  /** Analyses an input again. */
  again(input: Input): void {
    release(input.status);
    Object.assign(input, { status: { is: 'waiting' }, rereading: undefined });
    this.#startNext();
    this.#changed(input);
  }

  #startNext(): void {
    if (this.#inputs.some(({ status }) => status.is === 'running')) return;
    const input = this.#inputs.find(({ status }) => status.is === 'waiting');
    if (input) this.#start(input);
  }

  #start(input: Input): void {
    const engine = new Engine(input, {
      progress: (progress) => {
        status.progress = progress;
        mark(status);
        this.#changed(input);
      },
      partial: (message) => {
        status.result = new Result(message);
        this.#changed(input);
      },
      done: (message) => {
        input.status = this.#done(input, status, message);
        this.#changed(input);
        this.#startNext();
      },
      failed: (failure) =>
        this.#end(input, status.stopping ? { is: 'cancelled' } : { is: 'failed', failure }),
      crashed: (message) => this.#end(input, { is: 'crashed', failure: programFailure(message) }),
    });
    const started = performance.now();
    const pace: Running['pace'] = [[started, 0]];
    const status: Running = {
      is: 'running',
      engine,
      progress: progressOf(input),
      result: undefined,
      stopping: false,
      started,
      pace,
    };
    input.status = status;
    this.#changed(input);
  }

  #done(input: Input, { engine, progress, started }: Running, message: ResultMessage): Done {
    const result = new Result(message);
    const { memory, stopped } = message;
    const partial = stopped && progress.bytes < input.size;
    // A file with the Report of a part must not pass for one of the whole.
    if (partial) result.outline.capture.partial = true;
    const { kind, name, files, size } = input;
    const repeated = { serial: result.serial, until: partial ? progress.bytes : undefined };
    const answers = new Answers(
      { kind, name, files, size, result, memory, repeated },
      engine,
      (rereading) => {
        input.rereading = rereading;
        this.#changed(input);
      },
    );
    return {
      is: 'done',
      answers,
      progress,
      result,
      partial,
      memory,
      seconds: (performance.now() - started) / 1000,
    };
  }

  #end(input: Input, status: Status): void {
    release(input.status);
    input.status = status;
    this.#changed(input);
    this.#startNext();
  }
}

/** The state of an input that has not begun. */
function fresh(): Omit<Input, keyof Source | 'id'> {
  return {
    status: { is: 'waiting' },
    rereading: undefined,
    carving: undefined,
    evidence: undefined,
    announced: undefined,
    shown: undefined,
  };
}

/** Ends the worker of an input. */
function release(status: Status): void {
  if (status.is === 'running') status.engine.end();
  if (status.is === 'done') status.answers.end();
}

/** Bytes a second over the last seconds; `undefined` until there are two marks. */
export function speedOf({ pace }: Running): number | undefined {
  const [[from, before], [to, after]] = [pace[0], pace[pace.length - 1]];
  return to > from ? ((after - before) / (to - from)) * 1000 : undefined;
}

function mark({ pace, progress }: Running): void {
  const now = performance.now();
  pace.push([now, progress.bytes]);
  while (pace.length > 2 && now - pace[1][0] > SPEED_WINDOW) pace.shift();
}
