// The package's API: a Blob with a capture → its Report. index.d.ts describes it.

import { analyze_capture, initSync } from 'hushcap-wasm';
import { compile, startWorker } from 'hushcap-host';
import { readOutcome } from '../src/engine/outcome.ts';
import { kindOf } from '../src/model/failure.ts';
import { Result } from '../src/model/result.ts';

let ready;

/** @type {import('./index.d.ts').analyze} */
export async function analyze(input, { name = input?.name ?? 'capture', model, signal, onProgress, worker = false } = {}) {
  if (!(input instanceof Blob)) throw new TypeError('expected a Blob with a capture');
  signal?.throwIfAborted();
  if (worker) return inWorker(input, { name, model, signal, onProgress });
  await instantiated();
  let failure;
  const progress = (bytes, packets, connections, tls) => {
    try {
      signal?.throwIfAborted();
      onProgress?.({ bytes, size: input.size, packets, connections, tls });
    } catch (error) {
      failure ??= { error };
    }
    return failure ? 'stop' : undefined;
  };
  const outcome = await analyze_capture(name, input, model, progress, () => {}).catch(named);
  try {
    if (failure) throw failure.error;
    return reportOf(outcome);
  } finally {
    outcome.free();
  }
}

/** Throws an error of the module with its kind, and with what fills its message. */
function named(error) {
  if (error?.reason) Object.assign(error, { kind: kindOf(error), parts: error.reason.values });
  throw error;
}

function reportOf(outcome) {
  const result = new Result(readOutcome(outcome));
  const tuples = result.outline.tuples.map((_, index) => result.explained(index, outcome.contributions(index, 1)));
  return { ...result.head, tuples };
}

/** Compiles the module for the first analysis; one that failed, as without a network, is tried again. */
function instantiated() {
  ready ??= compile().then((module) => initSync({ module }));
  ready.catch(() => (ready = undefined));
  return ready;
}

/** The same in a worker of its own, which ends with the analysis. */
function inWorker(input, { name, model, signal, onProgress }) {
  const worker = startWorker();
  let abort;
  return new Promise((resolve, reject) => {
    abort = () => reject(signal.reason);
    signal?.addEventListener('abort', abort);
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message || 'the worker could not be started'));
    };
    worker.onmessage = ({ data: { type, value } }) => {
      try {
        if (type === 'progress') onProgress?.(value);
      } catch (error) {
        reject(error);
      }
      if (type === 'report') resolve(value);
      if (type === 'failed') reject(Object.assign(new Error(value.message), value));
    };
    worker.postMessage({ input, name, model });
  }).finally(() => {
    signal?.removeEventListener('abort', abort);
    worker.terminate();
  });
}
