// What the API needs of a browser.

/** The module, compiled. */
export function compile() {
  return fetch(new URL('./hushcap.wasm', import.meta.url)).then((response) => {
    if (!response.ok) throw new Error(`hushcap.wasm: ${response.status} ${response.statusText}`);
    return response.arrayBuffer().then((bytes) => WebAssembly.compile(bytes));
  });
}

export function startWorker() {
  return new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
}
