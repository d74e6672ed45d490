// What is shown.

import type { Sample } from 'hushcap:samples';
import type { FormatName } from '../model/exchange/formats.ts';
import type { Baseline } from './baseline.ts';
import type { Case } from './case.ts';
import type { Request } from './embed.ts';
import type { Input, Shown } from './input.ts';
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

/** A file for another tool: how many entries it holds, and how many values were left out. */
export interface SharedFile {
  name: string;
  blob: Blob;
  entries: number;
  left: number;
}

/** What makes files and texts of a result. */
export interface Maker {
  exported: Exported;
  shared(shown: Shown, format: FormatName): Promise<SharedFile>;
  ticket(shown: Shown, index: number): Promise<string>;
}

export interface State {
  samples: Sample[];
  queue: Queue;
  /** All inputs as one. */
  whole: Case;
  baseline: Baseline;
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
  /** What was read of files beside the captures, and what was not and why; until the reader has closed it. */
  notices: string[];
  /** What a screen reader is told. */
  announced: string;
  /** What the page around this one asks. */
  asked: Request | undefined;
  /** Whether it is drawn for paper, on which nothing can be scrolled. */
  printed: boolean;
  /** Whether rows are low and texts small, as those like it who live here. */
  dense: boolean;
  /** Takes back what is told, while it is. */
  undo: (() => void) | undefined;
}
