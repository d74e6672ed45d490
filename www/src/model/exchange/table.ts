// The destinations as CSV and as JSON.

import { visible } from '../../text.ts';
import { csvLine } from '../spreadsheet.ts';
import { BLOCK, type Work } from '../steps.ts';
import { type Chosen, type Finding, isoTime, type Written } from './finding.ts';
import type { Making } from './formats.ts';

/** Between the values of one cell. */
const BETWEEN = ' ';

/** Columns by name. */
const COLUMNS: Record<string, (finding: Finding) => string | number> = {
  input: ({ input }) => input,
  verdict: ({ verdict }) => verdict,
  score: ({ score }) => score.toFixed(6),
  profile_verdict: ({ profileVerdict }) => profileVerdict ?? '',
  new_since_baseline: ({ newSinceBaseline }) => newSinceBaseline.join(BETWEEN),
  source: ({ source }) => source,
  destination: ({ destination }) => destination,
  port: ({ port }) => port,
  protocol: ({ proto }) => proto,
  server_names: ({ names }) => names.join(BETWEEN),
  looked_up: ({ lookedUp }) => lookedUp.join(BETWEEN),
  connections: ({ connections }) => connections,
  first_seen: ({ first }) => (first === undefined ? '' : (isoTime(first) ?? '')),
  last_seen: ({ last }) => (last === undefined ? '' : (isoTime(last) ?? '')),
  ja3: ({ ja3 }) => ja3.join(BETWEEN),
  ja3s: ({ ja3s }) => ja3s.join(BETWEEN),
  ja4: ({ ja4 }) => ja4.join(BETWEEN),
  certificate_sha256: ({ certificates }) => certificates.map(({ sha256 }) => sha256).join(BETWEEN),
  certificate_sha1: ({ certificates }) => certificates.flatMap(({ sha1 }) => sha1 ?? []).join(BETWEEN),
  evidence: ({ evidence }) => evidence.map(({ kind }) => kind).join(BETWEEN),
  sentence: ({ sentence }) => sentence ?? '',
  known_defaults: ({ known }) => known.join(BETWEEN),
  purpose: ({ purpose }) => purpose ?? '',
  expected: ({ expected }) => (expected ? 'yes' : 'no'),
  indicators: ({ indicators }) => indicators.join(BETWEEN),
};

export function* destinationsCsv({ findings }: Chosen): Work<Written> {
  const parts = [`${Object.keys(COLUMNS).join()}\n`];
  const columns = Object.values(COLUMNS);
  for (const finding of findings) {
    if (parts.length % BLOCK === 0) yield;
    parts.push(`${csvLine(columns.map((of) => visible(String(of(finding)))))}\n`);
  }
  return { parts, entries: findings.length, left: 0 };
}

export function* destinationsJson({ findings }: Chosen, { made, version }: Making): Work<Written> {
  const head = { hushcap: 'destinations', version: 1, made: made.toISOString(), program: version };
  const parts = [`${JSON.stringify(head).slice(0, -1)},"destinations":[`];
  for (const [i, finding] of findings.entries()) {
    if (i % BLOCK === BLOCK - 1) yield;
    parts.push(`${i ? ',' : ''}\n${JSON.stringify(written(finding))}`);
  }
  parts.push(']}\n');
  return { parts, entries: findings.length, left: 0 };
}

/** With the Report's names. */
function written(finding: Finding): object {
  const { names, lookedUp, first, last, profileVerdict, newSinceBaseline, proto, known, ...rest } = finding;
  return {
    ...rest,
    proto,
    server_names: names,
    looked_up: lookedUp,
    first_seen: first ?? null,
    last_seen: last ?? null,
    profile_verdict: profileVerdict,
    new_since_baseline: newSinceBaseline,
    known_defaults: known,
  };
}
