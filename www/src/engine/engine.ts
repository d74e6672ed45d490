// The page's side of a worker: starts it from a Blob URL (a worker from a Blob inherits the page's policy), hands it an
// input, and turns its messages and its crashes into calls.

import workerText from 'hushcap:worker';
import wasm from 'hushcap:wasm';
import { countRequests } from './requests.ts';

/** Compiled by the first worker, which hands it back; each other only instantiates it. */
let compiled;

// Only this file may name a script for a worker: the policy's trusted types refuse any other.
const scripts = globalThis.trustedTypes?.createPolicy('hushcap-worker', { createScriptURL: (url) => url });
let workerUrl;

function startWorker() {
  workerUrl ??= URL.createObjectURL(new Blob([workerText], { type: 'text/javascript' }));
  return new Worker(scripts ? scripts.createScriptURL(workerUrl) : workerUrl);
}

/**
 * One analysis in a worker of its own.
 *
 * `listener` has `progress({bytes, packets, connections, tls, memory})`, `partial({outline, schema, protocols, numbers,
 * memory})` and then one of `done(…)` with the same and `stopped`, `failed({message, kind, parts})` (the input cannot be read) and
 * `crashed(message)` (the program broke).
 */
export class Engine {
  #worker = startWorker();
  #listener;
  #asked = new Map();
  #next = 1;
  /** Tuples that have come ahead of their result. */
  #tuples = [];

  /** `repeated` is the `serial` of a result that is made once more, and how many bytes of the input it is of where that is a part. */
  constructor({ kind, name, files, model, repeated }, listener) {
    this.#listener = listener;
    this.#worker.onmessage = ({ data }) => this.#receive(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#crash(event.message);
    };
    this.#worker.onmessageerror = () => this.#crash('a message could not be read');
    this.#worker.postMessage({ type: 'analyze', module: compiled, packed: compiled ? undefined : wasm, kind, name, files, model, repeated });
  }

  /** Ends the analysis where it is: what was found follows as `done`. */
  stop() {
    this.#worker?.postMessage({ type: 'stop' });
  }

  /** A Blob with one export: `what` is conn, ssl, x509 (each as `zeek` or `json`) or features. */
  text(what, format) {
    return this.#ask('text', [what, format]);
  }

  /**
   * What stands behind the tuple at `index`: `contributions` to its score; `changes`, rows of three numbers, and `together`, its
   * score with unusual values made usual; its records, `{conn, ssl, x509}` as JSON lines; and `activity`, rows of five numbers.
   */
  evidence(index) {
    return this.#ask('evidence', [index]);
  }

  /** A certificate's DER by its fingerprint; `undefined` where it is not at hand. */
  certificate(fingerprint) {
    return this.#ask('certificate', [fingerprint]);
  }

  /** The packets of the tuples at `indexes` as a capture, `{blob, extension}`; `told({bytes, packets, kept})` hears how far it is. */
  carve(indexes, told) {
    return this.#ask('carve', [indexes], told);
  }

  /**
   * What each feature adds to the score, a row a tuple, for `count` tuples from `first` on of the result with that `serial`;
   * `undefined` once there is a newer one.
   */
  contributions(serial, first, count) {
    return this.#ask('contributions', [serial, first, count]);
  }

  /** SHA-1 of the certificates that are at hand: pairs of SHA-256 and SHA-1. */
  sha1s() {
    return this.#ask('sha1s', []);
  }

  /** Whether something was asked that is not answered yet. */
  get busy() {
    return this.#asked.size > 0;
  }

  /** Ends the worker and frees what it holds. Works at any time. */
  end() {
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const { reject } of this.#asked.values()) reject(new Error('the worker has ended'));
    this.#asked.clear();
  }

  #ask(what, args, told) {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      if (!this.#worker) return reject(new Error('the worker has ended'));
      this.#asked.set(id, { resolve, reject, told });
      this.#worker.postMessage({ type: 'ask', id, what, args });
    });
  }

  #receive(message) {
    switch (message.type) {
      case 'module':
        compiled = message.module;
        return undefined;
      case 'requests':
        return countRequests(message.count);
      case 'progress':
        return this.#listener.progress(message);
      case 'tuples':
        return this.#tuples.push(...message.tuples);
      case 'partial':
      case 'done':
        message.outline.tuples = this.#tuples;
        this.#tuples = [];
        return this.#listener[message.type](message);
      case 'news':
        return this.#asked.get(message.id).told(message.news);
      case 'answer':
        this.#asked.get(message.id).resolve(message.value);
        return this.#asked.delete(message.id);
      case 'refused':
        this.#asked.get(message.id).reject(Object.assign(new Error(message.message), { kind: message.kind, parts: message.parts }));
        return this.#asked.delete(message.id);
      case 'failed':
        this.end();
        return this.#listener.failed(message);
    }
  }

  #crash(message) {
    if (!this.#worker) return;
    this.end();
    this.#listener.crashed(message || 'unknown reason');
  }
}
