// The worker of `analyze(input, { worker: true })`: one analysis.

import { analyze } from './index.js';

self.onmessage = async ({ data: { input, name, model } }) => {
  const send = (type, value) => self.postMessage({ type, value });
  try {
    send('report', await analyze(input, { name, model, onProgress: (progress) => send('progress', progress) }));
  } catch ({ message, kind, parts }) {
    send('failed', { message, kind, parts });
  }
};
