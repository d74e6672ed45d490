// A file for Zeek's intelligence framework: https://docs.zeek.org/en/master/frameworks/intel.html. Of the framework's own types, ADDR,
// DOMAIN and CERT_HASH (SHA-1) name what Hushcap finds; JA3 and JA4 are types of packages that a site may not have.

import { BLOCK, type Work } from '../steps.ts';
import { type Chosen, distinct, type Finding, isAddress, isHostName, type Written } from './finding.ts';

const FIELDS = ['indicator', 'indicator_type', 'meta.source', 'meta.desc', 'meta.do_notice'];

export function* zeekIntel({ findings, common }: Chosen): Work<Written> {
  const parts = [`#fields\t${FIELDS.join('\t')}\n`];
  let left = 0;
  const line = (value: string, type: string, finding: Finding) => {
    const notice = finding.verdict === 'malware-like' ? 'T' : 'F';
    parts.push(`${[value, `Intel::${type}`, 'Hushcap', describe(finding), notice].join('\t')}\n`);
  };
  for (const [address, finding] of distinct(findings, ({ destination }) => [destination])) {
    if (parts.length % BLOCK === 0) yield;
    if (isAddress(address) && !common('address', address)) line(address, 'ADDR', finding);
    else left += 1;
  }
  for (const [name, finding] of distinct(
    findings,
    ({ names }) => names,
    (name) => name.toLowerCase(),
  )) {
    if (isHostName(name) && !common('name', name)) line(name.toLowerCase(), 'DOMAIN', finding);
    else left += 1;
  }
  for (const [{ sha256, sha1 }, finding] of distinct(
    findings,
    ({ certificates }) => certificates,
    ({ sha256 }) => sha256,
  )) {
    if (sha1 && !common('certificate', sha256)) line(sha1, 'CERT_HASH', finding);
    else left += 1;
  }
  return { parts, entries: parts.length - 1, left };
}

/** One cell: numbers and words of Hushcap's own, and no text of the capture. */
const describe = ({ verdict, score, port }: Finding) => `${verdict}, score ${score.toFixed(3)}, port ${port}`;
