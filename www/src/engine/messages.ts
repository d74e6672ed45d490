// What the page and a worker say to each other.

import type { Judgement } from '../model/baseline.ts';
import type { Connections } from '../model/connections.ts';
import type { RawEvidence } from '../model/evidence.ts';
import type { Failure } from '../model/failure.ts';
import type {
  Asked as AskedNames,
  CertificateSeen,
  Numbers,
  Outline,
  Protocols,
  Schema,
  TupleOutline,
} from '../model/report.ts';
import type { Progress, Source } from '../model/source.ts';

/** A result that is made once more: its serial, and how many bytes of the input it is of where that is a part. */
export interface Repeated {
  serial: number;
  until: number | undefined;
}

/** What is to be analysed. */
export interface Task extends Pick<Source, 'kind' | 'name' | 'files'> {
  model?: string;
  repeated?: Repeated;
}

export interface CarveProgress {
  bytes: number;
  packets: number;
  kept: number;
}

/** A carved capture, and the ending of a file that holds it. */
export interface Carved {
  blob: Blob;
  extension: string;
}

/** What can be asked of a worker that has a result, and what it answers. */
export interface Questions {
  /** One export: `what` is features, or a log as `zeek` or `json`. */
  text(what: string, format: string): Blob;
  /** What stands behind the tuple at `index`. */
  evidence(index: number): RawEvidence | null;
  /** A certificate's DER by its fingerprint; `undefined` where it is not at hand. */
  certificate(fingerprint: string): Uint8Array<ArrayBuffer> | undefined;
  /** The packets of the tuples, or of the connections, at these places as a capture. */
  carve(indexes: number[]): Promise<Carved>;
  carveConnections(places: number[]): Promise<Carved>;
  /** The handshakes whose server sent a certificate. */
  certificateSeen(id: string): CertificateSeen;
  /** What a host asked of DNS; `null` where it is not an address. */
  asked(host: string): AskedNames | null;
  /** The connections of a host, of the tuple at a place, or all. */
  connections(host: string | undefined, tuple: number | undefined): Connections;
  /** The records of the connections at these places, as JSON lines. */
  connectionRows(places: Uint32Array<ArrayBuffer>): string;
  /**
   * What each feature adds to the score, a row per tuple, for `count` tuples from `first` on of the result with that serial;
   * `undefined` once there is a newer one.
   */
  contributions(serial: number, first: number, count: number): Float64Array<ArrayBuffer> | undefined;
  /** What a profile, given as JSON, says of the tuples. */
  judge(profile: string): Judgement;
  /** SHA-1 of the certificates that are at hand: pairs of SHA-256 and SHA-1. */
  sha1s(): [string, string][];
}

export type Question = keyof Questions;
export type Asked<Q extends Question> = Parameters<Questions[Q]>;
export type Answered<Q extends Question> = Awaited<ReturnType<Questions[Q]>>;

/** Compiled once, or the bytes to compile as the build packed them. */
export type Program =
  | { module: WebAssembly.Module; packed?: undefined }
  | { module?: undefined; packed: string };

export type ToWorker =
  | ({ type: 'analyze'; program: Program } & Task)
  /** Makes a profile of inputs. */
  | { type: 'calibrate'; program: Program; tasks: Task[]; share: number }
  | { type: 'stop' }
  | { type: 'ask'; id: number; what: Question; args: unknown[] };

/** A result without its tuples, which are sent ahead of it. */
interface ResultHead {
  serial: number;
  outline: Omit<Outline, 'tuples'>;
  schema: Schema;
  protocols: Protocols;
  numbers: Numbers;
  stopped: boolean;
  /** Bytes that the module holds. */
  memory: number;
}

export type FromWorker =
  | { type: 'module'; module: WebAssembly.Module }
  | { type: 'requests'; count: number }
  | ({ type: 'progress'; memory: number } & Progress)
  | { type: 'tuples'; tuples: TupleOutline[] }
  | ({ type: 'partial' | 'done' } & ResultHead)
  | { type: 'news'; id: number; news: CarveProgress }
  | { type: 'answer'; id: number; value: unknown }
  | ({ type: 'refused'; id: number } & Failure)
  | { type: 'profile'; text: string }
  | ({ type: 'failed' } & Failure);

/** A result as the page has it, tuples included. */
export interface ResultMessage extends ResultHead {
  outline: Outline;
}
