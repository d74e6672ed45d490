import type { Report } from './report.js';

/** What the analysis of one capture gives, which is also what `hushcap analyze --json` prints. */
export type * from './report.js';

/** How far an analysis is. */
export interface Progress {
  /** Bytes read of `size`. */
  bytes: number;
  size: number;
  packets: number;
  connections: number;
  /** TLS connections that have ended. */
  tls: number;
}

export interface AnalyzeOptions {
  /** Name in the Report; that of a `File` without it, else `capture`. */
  name?: string;
  /** Model that scores; the built-in default without it. */
  model?: string;
  /** Ends the analysis: the promise is rejected with the signal's reason. */
  signal?: AbortSignal;
  /** Hears how far it is, after each 16 MiB at the latest. What it throws ends the analysis. */
  onProgress?: (progress: Progress) => void;
  /** Runs in a Web Worker of its own; browsers only. Without it the calling thread is busy while a slice of 16 MiB is read. */
  worker?: boolean;
}

/** Why a capture could not be analysed, as the promise is rejected with it. */
export interface AnalyzeError extends Error {
  kind?: 'unknown-format' | 'empty' | 'damaged-header' | 'unreadable' | 'model';
  /** What fills the places of the message, for a caller that words it in another language. */
  parts?: Record<string, unknown>;
}

/** Analyses a capture: pcap or pcapng, either gzipped. It is read in slices and never held whole; nothing is sent anywhere. */
export function analyze(input: Blob, options?: AnalyzeOptions): Promise<Report>;
