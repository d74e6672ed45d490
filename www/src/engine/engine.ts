// The page's side of a worker: hands it an input, and turns its messages and its crashes into calls.

import { errorOf, type Failure } from '../model/failure.ts';
import type { TupleOutline } from '../model/report.ts';
import type { Progress } from '../model/source.ts';
import type {
  Answered,
  Asked,
  CarveProgress,
  FromWorker,
  Question,
  ResultMessage,
  Task,
  ToWorker,
} from './messages.ts';
import { countRequests } from './requests.ts';
import { keepModule, program, startWorker } from './start.ts';

/** What hears of an analysis: of its progress and of what was found so far, and then of one of three ends. */
export interface Listener {
  progress(progress: Progress): void;
  partial?(message: ResultMessage): void;
  done(message: ResultMessage): void;
  /** The input cannot be read. */
  failed(failure: Failure): void;
  /** The program broke. */
  crashed(message: string): void;
}

/** A question that is not answered yet. */
interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
  told?(news: CarveProgress): void;
}

/** One analysis in a worker of its own. */
export class Engine {
  #worker: Worker | undefined;
  #listener: Listener;
  #asked = new Map<number, Pending>();
  #next = 1;
  /** Tuples that have come ahead of their result. */
  #tuples: TupleOutline[] = [];

  constructor({ kind, name, files, model, repeated }: Task, listener: Listener) {
    const worker = startWorker();
    this.#worker = worker;
    this.#listener = listener;
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#receive(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#crash(event.message);
    };
    worker.onmessageerror = () => this.#crash('a message could not be read');
    this.#send({ type: 'analyze', program: program(), kind, name, files, model, repeated });
  }

  /** Ends the analysis where it is: what was found follows as `done`. */
  stop(): void {
    this.#send({ type: 'stop' });
  }

  /** Asks the worker; of a question that takes long `told` hears how far it is. */
  ask<Q extends Question>(
    what: Q,
    args: Asked<Q>,
    told?: (news: CarveProgress) => void,
  ): Promise<Answered<Q>> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      if (!this.#worker) return reject(new Error('the worker has ended'));
      this.#asked.set(id, { resolve: resolve as Pending['resolve'], reject, told });
      this.#send({ type: 'ask', id, what, args });
    });
  }

  /** Whether something was asked that is not answered yet. */
  get busy(): boolean {
    return this.#asked.size > 0;
  }

  /** Ends the worker and frees what it holds. Works at any time. */
  end(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const { reject } of this.#asked.values()) reject(new Error('the worker has ended'));
    this.#asked.clear();
  }

  #send(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case 'module':
        keepModule(message.module);
        break;
      case 'requests':
        countRequests(message.count);
        break;
      case 'progress':
        this.#listener.progress(message);
        break;
      case 'tuples':
        this.#tuples.push(...message.tuples);
        break;
      case 'partial':
      case 'done': {
        const whole = { ...message, outline: { ...message.outline, tuples: this.#tuples } };
        this.#tuples = [];
        this.#listener[message.type]?.(whole);
        break;
      }
      case 'news':
        this.#asked.get(message.id)?.told?.(message.news);
        break;
      case 'answer':
        this.#asked.get(message.id)?.resolve(message.value);
        this.#asked.delete(message.id);
        break;
      case 'refused':
        this.#asked.get(message.id)?.reject(errorOf(message));
        this.#asked.delete(message.id);
        break;
      case 'failed':
        this.end();
        this.#listener.failed(message);
    }
  }

  #crash(message: string): void {
    if (!this.#worker) return;
    this.end();
    this.#listener.crashed(message || 'unknown reason');
  }
}
