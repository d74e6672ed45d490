/** What the analysis of one capture gives; the same that `hushcap analyze --json` prints. */
export interface Report {
  /** Version of the layout. */
  schema: 1;
  capture: Capture;
  health: Health;
  model: Model;
  /** By score, the highest first. */
  tuples: Tuple[];
}

export interface Capture {
  name: string;
  /** `pcap` or `pcapng`, with `+gzip` where it came compressed. */
  format: string;
  bytes: number;
  packets: number | null;
  /** Epoch seconds; null without a packet. */
  first_ts: number | null;
  last_ts: number | null;
  /** LINKTYPE numbers. */
  link_types: number[];
}

/** Coverage and damage, in counts. */
export interface Health {
  connections: number;
  tls_connections: number;
  tls_with_certificate: number;
  truncated_packets: number;
  bad_checksums: number;
  gaps: number;
  weird: Record<string, number>;
  /** Bounds that cut the analysis short. */
  limits_hit: Record<string, number>;
}

export interface Model {
  name: string;
  kind: string;
  /** SHA-256 of the training table. */
  trained: string;
  /** Score from which a tuple is flagged. */
  threshold: number;
  features: number;
  output_space: 'probability' | 'log-odds';
  /** The middle 90 % of the values of natural benign tuples, by feature; null where there are none. */
  usual: Record<string, [number, number] | null>;
}

/** A connection 4-tuple. */
export interface Tuple {
  orig_h: string;
  resp_h: string;
  resp_p: number;
  proto: 'tcp' | 'udp' | 'icmp' | 'unknown_transport';
  /** From 0 to 1; higher is more like malware. */
  score: number;
  raw: number;
  base: number;
  verdict: 'malware-like' | 'ordinary' | 'undecided';
  /** Features beyond what the model's training saw. */
  outside: string[];
  connections: number;
  server_names: string[];
  /** Of the hellos; of the certificates, SHA-256. */
  fingerprints: { ja3: string[]; ja3s: string[]; ja4: string[]; certificate: string[] };
  /** By name; null is missing. */
  features: Record<string, number | null>;
  /** Every feature's share in `raw`, the greatest first: `base` and all of them make `raw`. */
  explanation: { feature: string; value: number | null; contribution: number }[];
  purpose: string | null;
  purpose_evidence: { rule: string; matched: string; explanation: string } | null;
}

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
  parts?: Record<string, string>;
}

/** Analyses a capture: pcap or pcapng, either gzipped. It is read in slices and never held whole; nothing is sent anywhere. */
export function analyze(input: Blob, options?: AnalyzeOptions): Promise<Report>;
