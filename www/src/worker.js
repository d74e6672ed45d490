// The worker: one input, from its bytes to its result. It lives as long as the result is shown, because the exports are
// written from what it holds; ending it cancels the analysis. The page talks to it through engine.js only.

import { initSync, analyze_capture, analyze_logs, schema } from 'hushcap-wasm';

let memory;
let outcome;

self.onmessage = async ({ data }) => {
  try {
    if (data.type === 'analyze') await analyze(data);
    if (data.type === 'text') sendText(data);
  } catch (error) {
    // What the program itself reports is an Error; a trap of the module is a crash, and goes on to the page as one.
    if (error instanceof WebAssembly.RuntimeError) throw error;
    self.postMessage({ type: 'failed', message: String(error?.message ?? error) });
  }
};

// A trap inside a promise would end silently: hand it on as an uncaught error.
self.onunhandledrejection = (event) => {
  event.preventDefault();
  self.reportError(event.reason);
};

async function analyze({ module, kind, name, files, model }) {
  memory = initSync({ module }).memory;
  const progress = (bytes, packets, connections, tls) =>
    self.postMessage({ type: 'progress', bytes, packets, connections, tls, memory: memory.buffer.byteLength });
  outcome =
    kind === 'logs'
      ? await analyze_logs(name, files, model, progress)
      : await analyze_capture(name, files[0].blob, model, progress);
  const numbers = {
    scores: outcome.scores(),
    features: outcome.features(),
    contributions: outcome.contributions(),
    order: outcome.order(),
  };
  self.postMessage(
    { type: 'done', outline: outcome.outline(), schema: schema(), numbers, memory: memory.buffer.byteLength },
    Object.values(numbers).map((numbers) => numbers.buffer),
  );
}

/** Writes one export and sends it as a Blob, so that a long text is not copied again. */
function sendText({ id, what, format }) {
  const parts = what === 'features' ? outcome.features_tsv() : outcome.log(what, format);
  self.postMessage({ type: 'text', id, blob: new Blob(parts) });
}
