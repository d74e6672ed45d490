// The worker: one input, from its bytes to its result; or several, to a profile of what is normal in them. It may live on while the result is shown, because exports and evidence
// are written from what it holds. The page talks to it through engine.ts only.

import type { Extractor, Outcome } from 'hushcap-wasm';
import { analyze_capture, analyze_logs, Calibration, extract_capture, initSync } from 'hushcap-wasm';
import { judgementOf } from '../model/baseline.ts';
import { failureOf } from '../model/failure.ts';
import type { CarveProgress, FromWorker, Program, Questions, Task, ToWorker } from './messages.ts';
import { readOutcome } from './outcome.ts';
import { unpack } from './packed.ts';
import { observeRequests } from './requests.ts';

/** Milliseconds before the first look at what was found so far, and the least between two. */
const LOOK_AFTER = 700;
/** A look must not cost more than this share of the time. */
const LOOK_SHARE = 0.08;
/** Tuples beyond which a look costs more than it tells. */
const LOOK_TUPLES = 20_000;
/** Tuples of one message: the page takes each of them in at one go. */
const TUPLES_SENT = 2000;
/** Parts of a carved capture that are held here, of a mebibyte each; a Blob of them the browser may put on disk. */
const PARTS_HELD = 32;

let memory: WebAssembly.Memory;
let outcome: Outcome;
/** Counts the results that were sent: a part that is asked for must be one of the result that the page has. */
let serial = 0;
let stopping = false;
/** What was read of the capture. */
let read: Blob;

self.onmessage = async ({ data }: MessageEvent<ToWorker>) => {
  try {
    if (data.type === 'analyze') await analyze(data);
    if (data.type === 'calibrate') await calibrate(data);
    if (data.type === 'stop') stopping = true;
    if (data.type === 'ask') await answer(data);
  } catch (error) {
    // What is wrong with the input has its reason. All else, as a trap of the module or a lack of memory, is a fault of the program, and
    // goes on to the page as a crash.
    const failure = failureOf(error);
    if (!failure.reason) throw error;
    post({ type: 'failed', ...failure });
  }
};

// A trap inside a promise would end silently: hand it on as an uncaught error.
self.onunhandledrejection = (event) => {
  event.preventDefault();
  self.reportError(event.reason);
};

observeRequests((count) => post({ type: 'requests', count }));

/** Sends a message to the page; what is transferred is the worker's no longer. */
function post(message: FromWorker, transferred: Transferable[] = []): void {
  self.postMessage(message, { transfer: transferred });
}

async function analyze({
  program,
  kind,
  name,
  files,
  model,
  repeated,
}: Task & { program: Program }): Promise<void> {
  await instantiate(program);
  const [first] = files;
  // A result that is made once more has been shown: nothing is looked at before it is whole, and it keeps its number.
  let nextLook = repeated ? Infinity : performance.now() + LOOK_AFTER;
  if (repeated) serial = repeated.serial - 1;
  let asked = 0;
  const progress = (bytes: number, packets: number, connections: number, tls: number) => {
    read = first.blob.slice(0, bytes);
    post({ type: 'progress', bytes, packets, connections, tls, memory: memory.buffer.byteLength });
    if (stopping || (repeated?.until !== undefined && bytes >= repeated.until)) return 'stop';
    asked = performance.now();
    return asked > nextLook ? 'show' : undefined;
  };
  const partial = (found: Outcome) => {
    const tuples = send('partial', found);
    const now = performance.now();
    nextLook = tuples > LOOK_TUPLES ? Infinity : now + Math.max(LOOK_AFTER, (now - asked) / LOOK_SHARE);
  };
  const found =
    kind === 'logs'
      ? await analyze_logs(name, files, model, progress)
      : await analyze_capture(name, first.blob, model, progress, partial);
  send('done', found);
}

/** Reads inputs for what is normal in them. */
async function calibrate({ program, tasks, share }: Extract<ToWorker, { type: 'calibrate' }>): Promise<void> {
  await instantiate(program);
  const calibration = new Calibration(undefined, crypto.getRandomValues(new Uint8Array(16)));
  let before = 0;
  for (const { kind, name, files } of tasks) {
    const progress = (bytes: number, packets: number, connections: number, tls: number) => {
      post({
        type: 'progress',
        bytes: before + bytes,
        packets,
        connections,
        tls,
        memory: memory.buffer.byteLength,
      });
      return undefined;
    };
    const [{ blob }] = files;
    const found =
      kind === 'logs'
        ? await analyze_logs(name, files, undefined, progress)
        : await analyze_capture(name, blob, undefined, progress, () => {});
    calibration.learn(found);
    found.free();
    before += files.reduce((sum, { blob }) => sum + blob.size, 0);
  }
  post({ type: 'profile', text: calibration.profile(share) });
}

async function instantiate(program: Program): Promise<void> {
  const module = program.module ?? (await compile(program.packed));
  memory = initSync({ module }).memory;
}

/** Compiles the module, and hands it to the page for the next worker. */
async function compile(packed: string): Promise<WebAssembly.Module> {
  const module = await WebAssembly.compile(unpack(packed));
  post({ type: 'module', module });
  return module;
}

/** Sends a result, its tuples ahead of it, and keeps it to answer from; gives their number. */
function send(type: 'partial' | 'done', found: Outcome): number {
  outcome?.free();
  outcome = found;
  serial += 1;
  const { outline, ...rest } = readOutcome(outcome);
  const { tuples, ...head } = outline;
  for (let first = 0; first < tuples.length; first += TUPLES_SENT)
    post({ type: 'tuples', tuples: tuples.slice(first, first + TUPLES_SENT) });
  const message: FromWorker = {
    type,
    serial,
    ...rest,
    outline: head,
    stopped: stopping,
    memory: memory.buffer.byteLength,
  };
  post(
    message,
    Object.values(rest.numbers).map((numbers: ArrayBufferView<ArrayBuffer>) => numbers.buffer),
  );
  return tuples.length;
}

/** Answers a question of the page. One that cannot be answered, such as for a file that is gone, ends nothing else. */
async function answer({ id, what, args }: Extract<ToWorker, { type: 'ask' }>): Promise<void> {
  try {
    const told = (news: CarveProgress) => post({ type: 'news', id, news });
    const answered = answers[what] as (...args: unknown[]) => unknown;
    post({ type: 'answer', id, value: await answered(...args, told) });
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) throw error;
    post({ type: 'refused', id, ...failureOf(error) });
  }
}

/** A carving also takes a listener of how far it is. */
type Carve = (places: number[], told: (news: CarveProgress) => void) => ReturnType<Questions['carve']>;

interface Answers extends Omit<Questions, 'carve' | 'carveConnections'> {
  carve: Carve;
  carveConnections: Carve;
}

/** The packets that an extractor selects as a capture, `{blob, extension}`; tells how far it is. */
async function carved(extractor: Extractor, told: (news: CarveProgress) => void) {
  const extension = extractor.extension();
  const blobs: Blob[] = [];
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const take = (part: Uint8Array<ArrayBuffer>) => {
    parts.push(part);
    if (parts.length === PARTS_HELD) blobs.push(new Blob(parts.splice(0)));
  };
  await extract_capture(extractor, read, (bytes, packets, kept) => told({ bytes, packets, kept }), take);
  return { blob: new Blob([...blobs, ...parts], { type: 'application/vnd.tcpdump.pcap' }), extension };
}

const answers: Answers = {
  /** One export as a Blob, so that a long text is not copied again. */
  text: (what, format) => new Blob(what === 'features' ? outcome.features_tsv() : outcome.log(what, format)),
  evidence: (index) => outcome.evidence(index),
  certificate: (fingerprint) => outcome.certificate(fingerprint),
  carve: (indexes, told) => carved(outcome.extractor(Uint32Array.from(indexes)), told),
  carveConnections: (places, told) => carved(outcome.connection_extractor(Uint32Array.from(places)), told),
  certificateSeen: (id) => outcome.certificate_seen(id),
  asked: (host) => outcome.asked(host),
  connections(host, tuple) {
    const [all, places, numbers, states, services] = outcome.connections(host, tuple);
    return { all, places, numbers, states, services };
  },
  connectionRows: (places) => outcome.connection_rows(places),
  contributions: (of, first, count) => (of === serial ? outcome.contributions(first, count) : undefined),
  judge(profile) {
    outcome.judge_by(profile);
    const { profile: card, tuples } = outcome.outline();
    return judgementOf(card, tuples);
  },
  sha1s: () => outcome.sha1s(),
};
