// A MISP event: the destinations as attributes, each with why it is there.
//
// https://www.misp-project.org/datamodels/: an attribute is given once, so that a value of several destinations names the first. What
// ordinary destinations show too is there, but not to detect by (`to_ids`).

import { visible } from '../../text.ts';
import { BLOCK, type Work } from '../steps.ts';
import {
  type Chosen,
  distinct,
  type Finding,
  isAddress,
  isHostName,
  type Trait,
  type Written,
} from './finding.ts';
import type { Making } from './formats.ts';

/** Characters of a comment. */
const COMMENT = 500;

export function* mispEvent({ findings, common }: Chosen, { made, uuid }: Making): Work<Written> {
  const timestamp = String(Math.floor(made.getTime() / 1000));
  const event = {
    uuid: uuid(),
    info: `Hushcap: ${findings.length} TLS destinations of ${visible(findings[0]?.input ?? 'no input')}`,
    date: made.toISOString().slice(0, 10),
    timestamp,
    threat_level_id: '4',
    analysis: '0',
    distribution: '0',
    published: false,
    Tag: [{ name: 'tlp:amber' }],
  };
  const parts = [`{"Event":${JSON.stringify(event).slice(0, -1)},"Attribute":[`];
  let [entries, left] = [0, 0];
  const attribute = (
    kind: Trait,
    type: string,
    category: string,
    value: string,
    shared: number,
    finding: Finding,
  ) => {
    const detects = finding.verdict === 'malware-like' && !shared && kind !== 'ja4';
    const comment = commentOf(kind, shared, finding);
    const whole = {
      uuid: uuid(),
      timestamp,
      type,
      category,
      value,
      to_ids: detects,
      comment,
      distribution: '5',
      disable_correlation: false,
    };
    parts.push(`${entries ? ',' : ''}\n${JSON.stringify(whole)}`);
    entries += 1;
  };
  const network = 'Network activity';
  const ends = distinct(
    findings,
    (finding) => [finding],
    ({ destination, port }) => `${destination} ${port}`,
  );
  for (const [, finding] of ends) {
    if (entries % BLOCK === BLOCK - 1) yield;
    const { destination, port } = finding;
    if (isAddress(destination))
      attribute(
        'address',
        'ip-dst|port',
        network,
        `${destination}|${port}`,
        common('address', destination),
        finding,
      );
    else left += 1;
  }
  for (const [name, finding] of distinct(
    findings,
    ({ names }) => names,
    (name) => name.toLowerCase(),
  )) {
    if (isHostName(name))
      attribute('name', 'hostname', network, name.toLowerCase(), common('name', name), finding);
    else left += 1;
  }
  for (const [print, finding] of distinct(findings, ({ ja3 }) => ja3))
    attribute('ja3', 'ja3-fingerprint-md5', network, print, common('ja3', print), finding);
  for (const [print, finding] of distinct(findings, ({ ja4 }) => ja4))
    attribute('ja4', 'text', network, print, common('ja4', print), finding);
  for (const [{ sha256 }, finding] of distinct(
    findings,
    ({ certificates }) => certificates,
    ({ sha256 }) => sha256,
  ))
    attribute(
      'certificate',
      'x509-fingerprint-sha256',
      network,
      sha256,
      common('certificate', sha256),
      finding,
    );
  parts.push(']}}\n');
  return { parts, entries, left };
}

function commentOf(kind: Trait, shared: number, { verdict, score, sentence, source, port }: Finding): string {
  const told = [
    kind === 'ja4' ? 'JA4.' : '',
    `${verdict}, score ${score.toFixed(3)}, from ${source} on port ${port}.`,
    sentence ?? '',
    shared ? `${shared} destinations that are not flagged show it too.` : '',
  ];
  return visible(told.filter(Boolean).join(' ')).slice(0, COMMENT);
}
