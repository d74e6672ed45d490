// Workers: each is started from a Blob URL (a worker from a Blob inherits the page's policy), and gets the module that the first compiled.

import wasm from 'hushcap:wasm';
import workerText from 'hushcap:worker';
import type { Program } from './messages.ts';

/** Compiled by the first worker, which hands it back; each other only instantiates it. */
let compiled: WebAssembly.Module | undefined;

// Only this file may name a script for a worker: the policy's trusted types refuse any other.
const scripts = globalThis.trustedTypes?.createPolicy('hushcap-worker', { createScriptURL: (url) => url });
let workerUrl: string | undefined;

export function startWorker(): Worker {
  workerUrl ??= URL.createObjectURL(new Blob([workerText], { type: 'text/javascript' }));
  // The types know no URL that is trusted.
  return new Worker((scripts ? scripts.createScriptURL(workerUrl) : workerUrl) as string);
}

export function keepModule(module: WebAssembly.Module): void {
  compiled = module;
}

export const program = (): Program => (compiled ? { module: compiled } : { packed: wasm });
