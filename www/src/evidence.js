// What stands behind the chosen tuple, asked of the worker when it is looked at.

import { keyOf } from './tuples.js';

const COLUMNS = 5;

/** The evidence of the chosen tuple, once it is there; asks for it otherwise and calls `changed` when it comes. */
export function evidenceOf(input, index, changed) {
  const { result, engine } = input;
  const wanted = keyOf(result.outline.tuples[index]);
  const held = input.evidence;
  if (held?.result === result && held.key === wanted) return held.data;
  // While a newer result comes, what is known of the same tuple stays in view.
  const stale = held?.key === wanted ? held.data : undefined;
  input.evidence = { result, key: wanted, data: stale };
  engine?.evidence(index).then(
    (answer) => {
      const data = answer && read(answer);
      const same = data && (!data.conn.length || keyOf(ends(data.conn[0])) === wanted);
      if (input.evidence.key !== wanted || !same) return;
      input.evidence.data = data;
      changed();
    },
    () => {},
  );
  return stale;
}

/** A certificate as PEM; `undefined` where it is not at hand. */
export async function pemOf(engine, fingerprint) {
  const der = await engine?.certificate(fingerprint);
  if (!der) return undefined;
  const text = btoa(Array.from(der, (byte) => String.fromCharCode(byte)).join(''));
  return `-----BEGIN CERTIFICATE-----\n${text.match(/.{1,64}/g).join('\n')}\n-----END CERTIFICATE-----\n`;
}

function read({ conn, ssl, x509, activity }) {
  return { conn: lines(conn), ssl: lines(ssl), x509: lines(x509), activity: rows(activity) };
}

const lines = (text) => text.split('\n').filter(Boolean).map((line) => JSON.parse(line));

/** Connections as `{start, duration, sent, received, tls}`, unknown as NaN. */
function rows(numbers) {
  return Array.from({ length: numbers.length / COLUMNS }, (_, i) => {
    const [start, duration, sent, received, tls] = numbers.subarray(i * COLUMNS, (i + 1) * COLUMNS);
    return { start, duration, sent, received, tls: tls === 1 };
  });
}

function ends(conn) {
  return { orig_h: conn['id.orig_h'], resp_h: conn['id.resp_h'], resp_p: conn['id.resp_p'], proto: conn.proto };
}
