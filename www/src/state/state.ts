// What is shown.

import type { Sample } from 'hushcap:samples';
import type { Request } from './embed.ts';
import type { Input } from './input.ts';
import type { Queue } from './queue.ts';

export type Panel = 'help' | 'privacy' | 'lists' | 'consent' | 'inputs';

/** Logs as `zeek` or `json`, features as `tsv` or `csv`, the Report as `html` or `json`. */
export type ExportFormat = 'zeek' | 'json' | 'tsv' | 'csv' | 'html';

/** Makes one export: the name to save it under, and what it holds. */
export type Exported = (
  input: Input,
  what: string,
  format: ExportFormat,
) => Promise<{ name: string; blob: Blob }>;

export interface State {
  samples: Sample[];
  queue: Queue;
  /** The input that is looked at; none at the start. */
  shown: Input | undefined;
  /** Whether files are held over the window. */
  dragging: boolean;
  /** The panel that is open. */
  dialog: Panel | undefined;
  /** What is said for a few seconds. */
  toast: string;
  /** Why nothing could be opened. */
  problem: string;
  /** Why lists could not be read. */
  listProblem: string;
  /** What a screen reader is told. */
  announced: string;
  /** What the page around this one asks. */
  asked: Request | undefined;
  /** Whether it is drawn for paper, on which nothing can be scrolled. */
  printed: boolean;
}
