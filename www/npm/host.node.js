// What the API needs of Node.js.

import { readFile } from 'node:fs/promises';

/** The module, compiled. */
export async function compile() {
  return WebAssembly.compile(await readFile(new URL('./hushcap.wasm', import.meta.url)));
}

export function startWorker() {
  throw new TypeError('the option `worker` is for browsers; in Node.js call analyze from a worker thread of your own');
}
