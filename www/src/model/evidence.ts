// What stands behind the chosen tuple, asked of the worker when it is looked at.

import { keyOf } from './tuples.ts';

/** The evidence of the chosen tuple, once it is there; asks for it otherwise and calls `changed` when it comes. */
export function evidenceOf(input, index, changed) {
  const { result } = input.view.found;
  const wanted = keyOf(result.outline.tuples[index]);
  const held = input.evidence;
  if (held?.result === result && held.key === wanted) return held.data;
  // While a newer result comes, what is known of the same tuple stays in view.
  const stale = held?.key === wanted ? held.data : undefined;
  input.evidence = { result, key: wanted, data: stale };
  askEvidence({ result, engine: input.engine }, index).then((data) => {
    if (input.evidence.key !== wanted || !data) return;
    input.evidence.data = data;
    changed();
  });
  return stale;
}

/** The evidence of a tuple; `undefined` where the worker has ended, or has a newer result in which the tuple has another place. */
export async function askEvidence({ result, engine }, index) {
  const answer = await engine?.evidence(index).catch(() => undefined);
  const data = answer && read(answer);
  const same = data && (!data.conn.length || keyOf(ends(data.conn[0])) === keyOf(result.outline.tuples[index]));
  return same ? data : undefined;
}

/** A certificate as PEM; `undefined` where it is not at hand. */
export async function pemOf(engine, fingerprint) {
  const der = await engine?.certificate(fingerprint).catch(() => undefined);
  if (!der) return undefined;
  const text = btoa(Array.from(der, (byte) => String.fromCharCode(byte)).join(''));
  return `-----BEGIN CERTIFICATE-----\n${text.match(/.{1,64}/g).join('\n')}\n-----END CERTIFICATE-----\n`;
}

function read({ conn, ssl, x509, activity, contributions, changes, together }) {
  return { conn: lines(conn), ssl: lines(ssl), x509: lines(x509), activity: connections(activity), contributions, changes: usual(changes), together };
}

const lines = (text) => text.split('\n').filter(Boolean).map((line) => JSON.parse(line));

/** Connections as `{start, duration, sent, received, tls}`, unknown as NaN. */
function connections(numbers) {
  return rows(numbers, 5).map(([start, duration, sent, received, tls]) => ({ start, duration, sent, received, tls: tls === 1 }));
}

/** Values made usual as `{place, usual, score}`: the feature's place in the schema, the value, and the score with it. */
function usual(numbers) {
  return rows(numbers, 3).map(([place, usual, score]) => ({ place, usual, score }));
}

function rows(numbers, width) {
  return Array.from({ length: numbers.length / width }, (_, i) => numbers.subarray(i * width, (i + 1) * width));
}

function ends(conn) {
  return { orig_h: conn['id.orig_h'], resp_h: conn['id.resp_h'], resp_p: conn['id.resp_p'], proto: conn.proto };
}
