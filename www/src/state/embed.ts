// The page in a frame of another page, its host: requests, the reader's consent, and replies. EMBED.md describes the messages.
//
// A host gets nothing that the reader did not allow: files that the reader opens in the frame are never told of.

import build from 'hushcap:build';
import { jsonReport } from '../report/json.ts';

const VERSION = 1;

/** Characters of a name or an identifier that are taken from a host. */
const LONGEST_TEXT = 200;

/** The request that the reader is asked about: `{id, name, bytes, wantsReport, origin, send}`; one at a time. */
let asked;

/** Requests that were allowed, by their inputs, until they have been answered. */
const allowed = new Map();

/** Whether another page shows this one. */
export const isFramed = () => parent !== window;

/** Takes requests from the host: `ask(request)` shows one to the reader, `cancel(input)` ends one that was allowed. */
export function takeRequests({ ask, cancel }) {
  if (!isFramed()) return;
  addEventListener('message', (event) => {
    // A page without an origin of its own cannot be told from any other, and could not be answered alone.
    if (event.source !== parent || event.origin === 'null' || event.data?.hushcap !== VERSION) return;
    const { data, origin } = event;
    if (data.type === 'analyse') receive(data, origin, ask);
    if (data.type === 'cancel') {
      for (const [input, request] of allowed) if (request.id === data.id && request.origin === origin) cancel(input);
    }
  });
  // The only message without a request: it says that there is a frame, and nothing of the reader.
  parent.postMessage({ hushcap: VERSION, type: 'ready', build: build.hash }, '*');
}

function receive({ id, name, bytes, report }, origin, ask) {
  const send = (type, more) => parent.postMessage({ hushcap: VERSION, type, id, ...more }, origin);
  const isText = (value) => typeof value === 'string' && value.length <= LONGEST_TEXT;
  if (!isText(id) || !isText(name) || !(bytes instanceof ArrayBuffer)) {
    return isText(id) && send('error', { kind: 'malformed', message: 'expected id and name as strings, bytes as an ArrayBuffer' });
  }
  if (asked) return send('error', { kind: 'busy', message: 'the reader is being asked about another request' });
  asked = { id, name: name || 'capture', bytes, wantsReport: report === true, origin, send };
  ask(asked);
}

/** The reader's answer: gives the file to analyse, or nothing when it was refused. `report` allows to give the Report back. */
export function answer(granted, report) {
  const request = asked;
  asked = undefined;
  if (!request) return undefined;
  request.report = granted && report && request.wantsReport;
  request.send('consent', { granted, report: request.report });
  return granted ? { request, file: new File([request.bytes], request.name) } : undefined;
}

/** From now on the host hears what becomes of the input. */
export function follow(request, input) {
  allowed.set(input, { ...request, bytes: undefined });
  tellHost(input);
}

/** Tells the host what has become of an input, where it asked for it. */
export function tellHost(input) {
  const request = allowed.get(input);
  if (!request) return;
  const { status, progress, failure } = input;
  if (status === 'waiting' || status === 'running') return request.send('progress', { ...progress, size: input.size });
  allowed.delete(input);
  if (status === 'done') return sendResult(request, input);
  request.send('error', { kind: status === 'failed' ? failure.kind : status, message: failure?.message ?? status });
}

/** The Report takes a while to make; where the reader takes the input away meanwhile, there is none. */
async function sendResult(request, input) {
  try {
    request.send('result', { partial: input.partial, report: request.report ? await jsonReport(input) : undefined });
  } catch {
    request.send('error', { kind: 'cancelled', message: 'cancelled' });
  }
}

/** The reader took the input away. */
export function forget(input) {
  allowed.get(input)?.send('error', { kind: 'cancelled', message: 'cancelled' });
  allowed.delete(input);
}
