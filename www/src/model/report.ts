// What the analysis gives. The crate declares its shape; here is what the page adds to it.

import type {
  Capture,
  ModelCard,
  Report,
  Outline as ReportOutline,
  TupleOutline,
  TupleReport,
} from '../generated/report.ts';

export type {
  Asked,
  AskedName,
  CertificateSeen,
  Contribution,
  Evidence,
  Feature,
  KnownMatch,
  Message,
  Part,
  Protocols,
  Schema,
  Topic,
  TopicContribution,
  TupleOutline,
  TupleReport,
  Verdict,
} from '../generated/report.ts';

/** Counts by a name that the program or the capture gives. */
export type Counts = Record<string, number>;

/** What names a 4-tuple. */
export type Ends = Pick<TupleOutline, 'orig_h' | 'resp_h' | 'resp_p' | 'proto'>;

/** A tuple without its explanation, which is asked for when it is looked at. */
export type TupleValues = Omit<TupleReport, 'explanation' | 'topics'>;

/** The page says where a Report is of a part of the input, and where internal names were left out. */
export type MarkedCapture = Capture & { partial?: boolean; redacted?: boolean };

/** A Report without its tuples. */
export type ReportHead = Omit<Report, 'tuples' | 'capture'> & { capture: MarkedCapture };

export type Outline = ReportOutline & { capture: MarkedCapture };

/** The values of a feature that are usual in benign traffic: the middle 90 %; `null` where there are none. */
export type Usual = ModelCard['usual'][string];

/** Rows of numbers, tuple by tuple: Result says of what. */
export interface Numbers {
  scores: Float64Array<ArrayBuffer>;
  features: Float64Array<ArrayBuffer>;
  starts: Float64Array<ArrayBuffer>;
  offsets: Uint32Array<ArrayBuffer>;
}

/** A row of a log as JSON. */
export type LogRow = Record<string, unknown>;
