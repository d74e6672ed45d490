// An input, and how its result is looked at.

import type { Answerer, Rereading } from '../engine/answers.ts';
import type { Engine } from '../engine/engine.ts';
import type { CarveProgress } from '../engine/messages.ts';
import { FIRST_SORT } from '../model/columns.ts';
import type { Comparison } from '../model/compare.ts';
import type { Evidence } from '../model/evidence.ts';
import type { SidRange } from '../model/exchange/suricata.ts';
import type { Failure } from '../model/failure.ts';
import type { Result, Span } from '../model/result.ts';
import type { Progress, Source } from '../model/source.ts';
import type { Finder, Found, Sort } from './finder.ts';
import type { Scope } from './scope.ts';

export interface Running {
  is: 'running';
  engine: Engine;
  progress: Progress;
  /** What was found so far. */
  result: Result | undefined;
  stopping: boolean;
  /** When it began, and times with the bytes that were read by then, of the last seconds. */
  started: number;
  pace: [time: number, bytes: number][];
}

export interface Done {
  is: 'done';
  answers: Answerer;
  progress: Progress;
  result: Result;
  /** Whether it was stopped before all was read. */
  partial: boolean;
  /** Bytes that the module held at the end. */
  memory: number;
  seconds: number;
}

export interface Ended {
  is: 'failed' | 'crashed';
  failure: Failure;
}

export type Status = { is: 'waiting' } | Running | Done | Ended | { is: 'cancelled' };

/** The flagged packets as a capture of their own: how far it is, or what came of it. */
export type Carving =
  | ({ is: 'running' } & CarveProgress)
  | ({ is: 'done' } & CarveProgress)
  | { is: 'failed'; failure: Failure };

/** What stands behind the tuple that is looked at; `data` may be that of the same tuple in an older result. */
export interface HeldEvidence {
  result: Result;
  key: string;
  data: Evidence | undefined;
}

export interface Input extends Source {
  id: number;
  status: Status;
  rereading: Rereading | undefined;
  carving: Carving | undefined;
  evidence: HeldEvidence | undefined;
  /** What a screen reader was told last of it. */
  announced: string | undefined;
  /** Once it was looked at. */
  shown: { view: View; finder: Finder } | undefined;
}

/** How an input's result is looked at; kept with the input, so that it is the same when one comes back to it. */
export interface View extends AddressedView {
  brush: Span | undefined;
  /** The place of the chosen tuple. */
  selected: number | undefined;
  details: boolean;
  allContributions: boolean;
  /** Whether features are told with their names. */
  names: boolean;
  /** The inputs that are compared, by their numbers. */
  compared: { before?: number; after?: number };
  comparison: Comparison | undefined;
  plots: boolean;
  redact: boolean;
  /** Which destinations go to other tools, and the signature identifiers that rules may use. */
  scope: Scope | undefined;
  sids: SidRange;
  /** The log of which rows are shown. */
  log: string | undefined;
  chain: number;
  pem: { fingerprint: string; text: string | undefined } | undefined;
  /** What is shown of the result. */
  found: Found | undefined;
}

/** What of a view stands in the address. */
export interface AddressedView {
  tab: string | undefined;
  filter: string;
  sort: Sort;
  threshold: number | undefined;
  columns: readonly string[] | undefined;
}

/** An input of which something is shown. */
export interface Shown {
  input: Input;
  status: Running | Done;
  view: View;
  found: Found;
  /** Whether a newer question is not answered yet. */
  busy: boolean;
  /** Whether it is drawn for paper. */
  printed: boolean;
  /** Whether rows are low. */
  dense: boolean;
}

/** The same where the address says nothing. */
export const unaddressed = (): AddressedView => ({
  tab: undefined,
  filter: '',
  sort: FIRST_SORT,
  threshold: undefined,
  columns: undefined,
});

const NOTHING_READ: Progress = { bytes: 0, packets: 0, connections: 0, tls: 0 };

export function progressOf({ status }: Input): Progress {
  return status.is === 'running' || status.is === 'done' ? status.progress : NOTHING_READ;
}

/** How much of an input is read, from 0 to 1. */
export function shareRead(input: Input): number {
  return input.size ? Math.min(1, progressOf(input).bytes / input.size) : 0;
}

export function resultOf({ status }: Input): Result | undefined {
  return status.is === 'running' || status.is === 'done' ? status.result : undefined;
}

/** What can be asked for what stands behind a result. */
export function answererOf({ status }: Input): Engine | Answerer | undefined {
  if (status.is === 'running') return status.engine;
  return status.is === 'done' ? status.answers : undefined;
}

/** Whether a result is of a part of its input. */
export const isPart = ({ status }: Input): boolean =>
  status.is === 'running' || (status.is === 'done' && status.partial);

/** What is shown of an input, once its rows are found and something can be listed. */
export function shownOf(
  input: Input,
  { printed, dense }: Pick<Shown, 'printed' | 'dense'>,
): Shown | undefined {
  const { status, shown } = input;
  const found = shown?.view.found;
  if (!shown || !found) return undefined;
  const has =
    status.is === 'done' ||
    (status.is === 'running' && status.result !== undefined && status.result.length > 0);
  return has
    ? { input, status, view: shown.view, found, busy: shown.finder.busy, printed, dense }
    : undefined;
}
