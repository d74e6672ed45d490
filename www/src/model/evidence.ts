// What stands behind a tuple, as the worker tells it.

import type { Proto, RecordTexts } from '../generated/report.ts';
import type { Ends, LogRow } from './report.ts';

/** As the module gives it: texts, and rows of numbers. */
export interface RawEvidence extends RecordTexts {
  contributions: Float64Array;
  /** Rows of three: Change. */
  changes: Float64Array;
  /** Rows of five: Activity. */
  activity: Float64Array;
}

/** A connection; unknown is NaN. */
export interface Activity {
  start: number;
  duration: number;
  sent: number;
  received: number;
  tls: boolean;
}

/** A value made usual: the feature's place in the schema, the value, and the score with it. */
export interface Change {
  place: number;
  usual: number;
  score: number;
}

export interface Evidence {
  conn: LogRow[];
  ssl: LogRow[];
  x509: LogRow[];
  activity: Activity[];
  /** What each feature adds to the score, in the schema's order. */
  contributions: Float64Array;
  changes: Change[];
  /** The score with all unusual values made usual. */
  together: number | null;
}

export function readEvidence({
  conn,
  ssl,
  x509,
  activity,
  contributions,
  changes,
  together,
}: RawEvidence): Evidence {
  return {
    conn: lines(conn),
    ssl: lines(ssl),
    x509: lines(x509),
    activity: connections(activity),
    contributions,
    changes: usual(changes),
    together,
  };
}

/** What names the tuple that a connection is of. */
export function endsOf(conn: LogRow): Ends {
  const { 'id.orig_h': orig_h, 'id.resp_h': resp_h, 'id.resp_p': resp_p, proto } = conn;
  return { orig_h: String(orig_h), resp_h: String(resp_h), resp_p: Number(resp_p), proto: proto as Proto };
}

/** A certificate's DER as PEM. */
export function pemOf(der: Uint8Array): string {
  const text = btoa(Array.from(der, (byte) => String.fromCharCode(byte)).join(''));
  return `-----BEGIN CERTIFICATE-----\n${text.match(/.{1,64}/g)?.join('\n')}\n-----END CERTIFICATE-----\n`;
}

const lines = (text: string): LogRow[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

const connections = (numbers: Float64Array): Activity[] =>
  rows(numbers, 5).map(([start, duration, sent, received, tls]) => ({
    start,
    duration,
    sent,
    received,
    tls: tls === 1,
  }));

const usual = (numbers: Float64Array): Change[] =>
  rows(numbers, 3).map(([place, usual, score]) => ({ place, usual, score }));

const rows = (numbers: Float64Array, width: number) =>
  Array.from({ length: numbers.length / width }, (_, i) => numbers.subarray(i * width, (i + 1) * width));
