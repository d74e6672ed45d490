// The page in a frame of another page, its host: requests, the reader's consent, and replies. EMBED.md describes the messages.
//
// A host gets nothing that the reader did not allow: files that the reader opens in the frame are never told of.

import build from 'hushcap:build';
import { kindOf } from '../model/failure.ts';
import { type Done, type Input, progressOf } from './input.ts';

const VERSION = 1;

/** Characters of a name or an identifier that are taken from a host. */
const LONGEST_TEXT = 200;

/** A request of the host. */
export interface Request {
  id: string;
  name: string;
  bytes: ArrayBuffer;
  wantsReport: boolean;
  origin: string;
  /** Sends a message of it to the host. */
  send(type: string, more: object): void;
}

/** One that was allowed: without its bytes, and with whether the Report may be given. */
interface Allowed extends Omit<Request, 'bytes'> {
  report: boolean;
}

/** The request that the reader is asked about; one at a time. */
let asked: Request | undefined;

/** Requests that were allowed, by their inputs, until they have been answered. */
const allowed = new Map<Input, Allowed>();

/** Whether another page shows this one. */
export const isFramed = () => parent !== window;

/** What is done for the host. */
interface Host {
  /** Shows a request to the reader. */
  ask(request: Request): void;
  /** Ends one that was allowed. */
  cancel(input: Input): void;
  /** Makes the Report, as JSON. */
  report(input: Input): Promise<Blob>;
}

let reportOf: Host['report'];

/** Takes requests from the host. */
export function takeRequests({ ask, cancel, report }: Host): void {
  if (!isFramed()) return;
  reportOf = report;
  addEventListener('message', (event) => {
    // A page without an origin of its own cannot be told from any other, and could not be answered alone.
    if (event.source !== parent || event.origin === 'null' || event.data?.hushcap !== VERSION) return;
    const { data, origin } = event;
    if (data.type === 'analyse') receive(data, origin, ask);
    if (data.type === 'cancel') {
      for (const [input, request] of allowed)
        if (request.id === data.id && request.origin === origin) cancel(input);
    }
  });
  // The only message without a request: it says that there is a frame, and nothing of the reader.
  parent.postMessage({ hushcap: VERSION, type: 'ready', build: build.hash }, '*');
}

function receive(
  { id, name, bytes, report }: Record<string, unknown>,
  origin: string,
  ask: (request: Request) => void,
): void {
  const send = (type: string, more: object) =>
    parent.postMessage({ hushcap: VERSION, type, id, ...more }, origin);
  const isText = (value: unknown): value is string =>
    typeof value === 'string' && value.length <= LONGEST_TEXT;
  if (!isText(id)) return;
  if (!isText(name) || !(bytes instanceof ArrayBuffer)) {
    send('error', {
      kind: 'malformed',
      message: 'expected id and name as strings, bytes as an ArrayBuffer',
    });
    return;
  }
  if (asked) {
    send('error', { kind: 'busy', message: 'the reader is being asked about another request' });
    return;
  }
  asked = { id, name: name || 'capture', bytes, wantsReport: report === true, origin, send };
  ask(asked);
}

/** The reader's answer: gives the file to analyse, or nothing when it was refused. `report` allows to give the Report back. */
export function answer(granted: boolean, report: boolean): { request: Allowed; file: File } | undefined {
  if (!asked) return undefined;
  const { bytes, ...rest } = asked;
  asked = undefined;
  const request = { ...rest, report: granted && report && rest.wantsReport };
  request.send('consent', { granted, report: request.report });
  return granted ? { request, file: new File([bytes], request.name) } : undefined;
}

/** From now on the host hears what becomes of the input. */
export function follow(request: Allowed, input: Input): void {
  allowed.set(input, request);
  tellHost(input);
}

/** Tells the host what has become of an input, where it asked for it. */
export function tellHost(input: Input): void {
  const request = allowed.get(input);
  if (!request) return;
  const { status } = input;
  if (status.is === 'waiting' || status.is === 'running') {
    request.send('progress', { ...progressOf(input), size: input.size });
    return;
  }
  allowed.delete(input);
  if (status.is === 'done') void sendResult(request, input, status);
  else if (status.is === 'cancelled') request.send('error', { kind: 'cancelled', message: 'cancelled' });
  else
    request.send('error', {
      kind: status.is === 'failed' ? kindOf(status.failure) : status.is,
      message: status.failure.message,
    });
}

/** The Report takes a while to make; where the reader takes the input away meanwhile, there is none. */
async function sendResult(request: Allowed, input: Input, { partial }: Done): Promise<void> {
  try {
    request.send('result', { partial, report: request.report ? await reportOf(input) : undefined });
  } catch {
    request.send('error', { kind: 'cancelled', message: 'cancelled' });
  }
}

/** The reader took the input away. */
export function forget(input: Input): void {
  allowed.get(input)?.send('error', { kind: 'cancelled', message: 'cancelled' });
  allowed.delete(input);
}
