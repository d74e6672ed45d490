// Suricata rules: one for each address with its port, server name, client fingerprint and certificate.
//
// https://docs.suricata.io/en/latest/rules/: `content` matches bytes, of which all but letters, digits, dot, hyphen and underscore are
// written in hex, so that no captured text ends an option. A rule for what ordinary destinations show too is written as a comment.

import { BLOCK, type Work } from '../steps.ts';
import { type Chosen, distinct, type Finding, isAddress, type Trait, type Written } from './finding.ts';

/** Signature identifiers that may be used, both ends included. */
export interface SidRange {
  first: number;
  last: number;
}

/** The range that is set aside for local rules. */
export const LOCAL_SIDS: SidRange = { first: 1_000_000, last: 1_999_999 };

/** The greatest identifier: it has 32 bits. */
export const MOST_SID = 0xffffffff;

/** A rule but for its identifier. */
interface Rule {
  head: string;
  options: string[];
  kind: Trait;
  value: string;
  finding: Finding;
}

export function* suricataRules({ findings, common }: Chosen, { first, last }: SidRange): Work<Written> {
  const parts = [
    '# Made by Hushcap. A destination that resembles malware by its TLS is not proven to be malicious: try the rules before you block by them.\n',
  ];
  let [sid, entries, left] = [first, 0, 0];
  for (const rule of rulesOf(findings)) {
    if ((entries + left) % BLOCK === BLOCK - 1) yield;
    if (!rule || sid > last) {
      left += 1;
      continue;
    }
    const { kind, value, finding, head, options } = rule;
    const shared = common(kind, value);
    const message = `Hushcap: ${kind} ${plain(value)} of a ${finding.verdict} destination`;
    const all = [
      `msg:"${message}"`,
      ...options,
      'threshold:type limit, track by_src, count 1, seconds 3600',
      'classtype:bad-unknown',
      `metadata:hushcap_score ${finding.score.toFixed(3)}`,
      `sid:${sid}`,
      'rev:1',
    ];
    if (shared) parts.push(`# ${shared} destinations that are not flagged show this too:\n# `);
    parts.push(`alert ${head} (${all.join('; ')};)\n`);
    sid += 1;
    if (shared) left += 1;
    else entries += 1;
  }
  if (left)
    parts.push(`# ${left} rules are comments or were left out: not sound values, or beyond the last sid.\n`);
  return { parts, entries, left };
}

/** All rules, `undefined` for a value of which none can be made. */
function* rulesOf(findings: Finding[]): Generator<Rule | undefined> {
  const ends = distinct(
    findings,
    (finding) => [finding],
    ({ destination, port, proto }) => `${proto} ${destination} ${port}`,
  );
  for (const [, finding] of ends) yield addressRule(finding);
  for (const [value, finding] of distinct(
    findings,
    ({ names }) => names,
    (name) => name.toLowerCase(),
  ))
    yield rule('name', value, finding, `${application(finding)}.sni`, nameOptions(value));
  for (const kind of ['ja3', 'ja4'] as const)
    for (const [value, finding] of distinct(findings, (finding) => finding[kind]))
      yield rule(kind, value, finding, `${kind}.hash`, hashOptions(value));
  const certificates = distinct(
    findings,
    (finding) => finding.certificates,
    ({ sha256 }) => sha256,
  );
  for (const [{ sha256, sha1 }, finding] of certificates) yield certificateRule(sha256, sha1, finding);
}

function addressRule(finding: Finding): Rule | undefined {
  const { destination, port, proto } = finding;
  if (!isAddress(destination) || (proto !== 'tcp' && proto !== 'udp')) return undefined;
  const address = destination.includes(':') ? `[${destination}]` : destination;
  const options = [proto === 'tcp' ? 'flow:established,to_server' : 'flow:to_server'];
  return {
    head: `${proto} any any -> ${address} ${port}`,
    options,
    kind: 'address',
    value: destination,
    finding,
  };
}

function rule(
  kind: Trait,
  value: string,
  finding: Finding,
  keyword: string,
  options: string[] | undefined,
): Rule | undefined {
  if (!options) return undefined;
  const head = `${application(finding)} any any -> any any`;
  return { head, options: ['flow:to_server', keyword, ...options], kind, value, finding };
}

/** Suricata's name of the protocol: the certificate of a QUIC connection is encrypted, its hello is not. */
const application = ({ proto }: Finding) => (proto === 'udp' ? 'quic' : 'tls');

/** A server name as a whole, without case; none where its bytes are not known. */
function nameOptions(name: string): string[] | undefined {
  if (!name || name.includes('\ufffd')) return undefined;
  return [`content:"${content(name)}"`, 'nocase', 'startswith', 'endswith'];
}

const hashOptions = (hash: string) => (/^[0-9a-z_]{8,80}$/.test(hash) ? [`content:"${hash}"`] : undefined);

function certificateRule(sha256: string, sha1: string | undefined, finding: Finding): Rule | undefined {
  if (!sha1 || !/^[0-9a-f]{40}$/.test(sha1) || finding.proto !== 'tcp') return undefined;
  const colons = sha1.match(/../g)?.join(':') ?? '';
  const options = ['flow:to_client', 'tls.cert_fingerprint', `content:"${colons.replaceAll(':', '|3a|')}"`];
  return { head: 'tls any any -> any any', options, kind: 'certificate', value: sha256, finding };
}

/** Bytes of a text for `content`. */
function content(text: string): string {
  return text.replace(/[^\w.-]+/g, (some) => {
    const bytes = [...new TextEncoder().encode(some)].map((byte) => byte.toString(16).padStart(2, '0'));
    return `|${bytes.join(' ')}|`;
  });
}

/** A captured text inside a message: what may end or change a rule is not kept. */
const plain = (text: string) => text.replace(/[^\w.:-]/g, '_').slice(0, 80);
