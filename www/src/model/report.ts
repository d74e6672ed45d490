// What the analysis gives, as the module sends it: the Report of REPORT.md in an outline and rows of numbers.

export type Verdict = 'malware-like' | 'undecided' | 'ordinary';
export type Proto = 'tcp' | 'udp' | 'icmp' | 'unknown_transport';

/** Counts by a name that the program or the capture gives. */
export type Counts = Record<string, number>;

export interface Capture {
  name: string;
  format: string;
  bytes: number;
  packets: number | null;
  /** Epoch seconds; null without a packet. */
  first_ts: number | null;
  last_ts: number | null;
  /** LINKTYPE numbers. */
  link_types: number[];
  /** Set by the page where the Report is of a part of the input. */
  partial?: boolean;
  /** Set by the page where internal names were left out. */
  redacted?: boolean;
}

/** Coverage and damage, in counts. */
export interface Health {
  connections: number;
  tls_connections: number;
  tls_with_certificate: number;
  truncated_packets: number;
  bad_checksums: number;
  gaps: number;
  weird: Counts;
  limits_hit: Counts;
}

export interface ModelCard {
  name: string;
  kind: string;
  trained: string;
  threshold: number;
  features: number;
  output_space: 'probability' | 'log-odds';
  /** The middle 90 % of the values of benign tuples, by feature; null where there are none. */
  usual: Record<string, [number, number] | null>;
}

export interface Fingerprints {
  ja3: string[];
  ja3s: string[];
  ja4: string[];
  certificate: string[];
}

export interface PurposeEvidence {
  rule: string;
  matched: string;
  explanation: string;
}

/** What names a 4-tuple. */
export interface Ends {
  orig_h: string;
  resp_h: string;
  resp_p: number;
  proto: Proto;
}

/** A tuple without its numbers. */
export interface TupleOutline extends Ends {
  verdict: Verdict;
  outside: string[];
  connections: number;
  server_names: string[];
  fingerprints: Fingerprints;
  purpose: string | null;
  purpose_evidence: PurposeEvidence | null;
}

/** A feature's value and what it adds to `raw`. */
export interface Contribution {
  feature: string;
  value: number | null;
  contribution: number;
}

/** A tuple without its explanation. */
export interface TupleValues extends TupleOutline {
  score: number;
  raw: number;
  base: number;
  features: Record<string, number | null>;
}

export interface ReportTuple extends TupleValues {
  explanation: Contribution[];
}

/** The Report without its tuples. */
export interface ReportHead {
  schema: number;
  capture: Capture;
  health: Health;
  model: ModelCard;
}

/** The Report without the numbers of its tuples, and which logs can be written. */
export interface Outline extends ReportHead {
  logs: string[];
  tuples: TupleOutline[];
}

export interface Feature {
  name: string;
  doc: string;
  group: string;
  unit: string;
  range: [number | null, number | null];
}

/** What a high and a low value of a feature say. */
export interface Sentences {
  name: string;
  high?: Record<'en' | 'zh', string> | null;
  low?: Record<'en' | 'zh', string> | null;
}

export interface Schema {
  features: Feature[];
  sentences: Sentences[];
  /** LINKTYPEs that are read: their numbers and names. */
  link_types: [number, string][];
}

/** Connections by transport and by application protocol. */
export interface Protocols {
  proto: Counts;
  service: Counts;
}

/** Rows of numbers, tuple by tuple: Result says of what. */
export interface Numbers {
  scores: Float64Array<ArrayBuffer>;
  features: Float64Array<ArrayBuffer>;
  starts: Float64Array<ArrayBuffer>;
  offsets: Uint32Array<ArrayBuffer>;
}

/** A row of a log as JSON. */
export type LogRow = Record<string, unknown>;
