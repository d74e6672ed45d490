// STIX 2.1: a bundle with an indicator for each destination, and one for each name and certificate.
//
// https://docs.oasis-open.org/cti/stix/v2.1/: a pattern's string is quoted by ', and only ' and \ are escaped in it (section 9.3).

import { BLOCK, type Work } from '../steps.ts';
import {
  type Chosen,
  distinct,
  type Finding,
  isAddress,
  isHostName,
  isoTime,
  type Written,
} from './finding.ts';
import type { Making } from './formats.ts';

export function* stixBundle({ findings, common }: Chosen, { made, uuid }: Making): Work<Written> {
  const now = made.toISOString();
  const author = {
    type: 'identity',
    spec_version: '2.1',
    id: `identity--${uuid()}`,
    created: now,
    modified: now,
    name: 'Hushcap',
    description: 'Judges TLS destinations by how they behave; its verdicts are resemblances, not proofs.',
    identity_class: 'system',
  };
  const parts = [`{"type":"bundle","id":"bundle--${uuid()}","objects":[`, JSON.stringify(author)];
  let [entries, left] = [0, 0];
  const indicator = (name: string, pattern: string, finding: Finding) => {
    entries += 1;
    const object = {
      type: 'indicator',
      spec_version: '2.1',
      id: `indicator--${uuid()}`,
      created_by_ref: author.id,
      created: now,
      modified: now,
      name,
      description: describe(finding),
      indicator_types: [finding.verdict === 'malware-like' ? 'anomalous-activity' : 'unknown'],
      pattern,
      pattern_type: 'stix',
      valid_from: (finding.first !== undefined && isoTime(finding.first)) || now,
      confidence: Math.round(finding.score * 100),
    };
    parts.push(`,\n${JSON.stringify(object)}`);
  };
  const ends = distinct(
    findings,
    (finding) => [finding],
    ({ destination, port, proto }) => `${proto} ${destination} ${port}`,
  );
  for (const [, finding] of ends) {
    if (entries % BLOCK === BLOCK - 1) yield;
    const { destination, port } = finding;
    if (isAddress(destination) && !common('address', destination))
      indicator(`${destination} port ${port}`, trafficPattern(finding), finding);
    else left += 1;
  }
  for (const [name, finding] of distinct(
    findings,
    ({ names }) => names,
    (name) => name.toLowerCase(),
  )) {
    if (isHostName(name) && !common('name', name))
      indicator(name, `[domain-name:value = ${quoted(name.toLowerCase())}]`, finding);
    else left += 1;
  }
  for (const [{ sha256 }, finding] of distinct(
    findings,
    ({ certificates }) => certificates,
    ({ sha256 }) => sha256,
  )) {
    if (common('certificate', sha256)) left += 1;
    else
      indicator(`Certificate ${sha256}`, `[x509-certificate:hashes.'SHA-256' = ${quoted(sha256)}]`, finding);
  }
  parts.push(']}\n');
  return { parts, entries, left };
}

function trafficPattern({ destination, port, proto }: Finding): string {
  const type = destination.includes(':') ? 'ipv6-addr' : 'ipv4-addr';
  const reference = 'network-traffic:dst_ref';
  const tests = [
    `${reference}.type = '${type}'`,
    `${reference}.value = ${quoted(destination)}`,
    `network-traffic:dst_port = ${port}`,
    `network-traffic:protocols[*] = ${quoted(proto)}`,
  ];
  return `[${tests.join(' AND ')}]`;
}

const quoted = (text: string) => `'${text.replace(/[\\']/g, '\\$&')}'`;

/** In a few words why it is shared, with the fingerprints, which have no place in a pattern. */
function describe({ verdict, score, sentence, source, ja3, ja4, known }: Finding): string {
  const prints = [...ja4.map((print) => `JA4 ${print}`), ...ja3.map((print) => `JA3 ${print}`)].slice(0, 8);
  const software = known.length ? `Shows a published default of ${known.join(', ')}.` : '';
  return [
    `${verdict}, score ${score.toFixed(3)}, from ${source}.`,
    sentence ?? '',
    software,
    prints.join(', '),
  ]
    .filter(Boolean)
    .join(' ');
}
