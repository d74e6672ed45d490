// A value with a type that its list gives it, as MISP and ThreatFox do → indicators, or why there is none.

import { hostOf, type Indicator, indicatorOf, withPort } from './indicator.ts';

/** Why a line or an entry is none. */
export type Skipped =
  /** It is not understood. */
  | 'form'
  /** It names a file, whose hash may look like another's. */
  | 'file'
  /** Its type is nothing that a destination shows. */
  | 'type'
  /** Its list says that it is context and not to be detected by. */
  | 'context'
  /** A name of the machine itself, as in a hosts file. */
  | 'local';

export type Read = Indicator[] | Skipped;

const single = (value: string, ...kinds: Indicator['kind'][]): Read => {
  const indicator = indicatorOf(value);
  return indicator && kinds.includes(indicator.kind) ? [indicator] : 'form';
};

const address = (value: string) => single(value, 'address', 'network');
const name = (value: string) => single(value, 'name', 'domain', 'below');
const all = (...read: Read[]): Read =>
  read.find((one) => typeof one === 'string') ?? (read as Indicator[][]).flat();

/** Of two values between them a `|`. */
const parted = (read: (first: string, second: string) => Read) => (value: string) => {
  const [first, second, ...more] = value.split('|');
  return second === undefined || more.length ? 'form' : read(first, second);
};

const ported = (of: (value: string) => Read) =>
  parted((value, port) => {
    const read = of(value);
    if (typeof read === 'string') return read;
    const [one] = read.flatMap((indicator) => withPort(indicator, port) ?? []);
    return one ? [one] : 'form';
  });

const url = (value: string): Read => {
  const host = hostOf(value);
  return host ? [host] : 'form';
};

/** Types of MISP (https://www.misp-project.org/datamodels/), and those of ThreatFox that have other names. */
const TYPES = new Map<string, (value: string) => Read>(
  Object.entries({
    'ip-dst': address,
    'ip-src': address,
    ip: address,
    ipv4: address,
    ipv6: address,
    'ip-dst|port': ported(address),
    'ip-src|port': ported(address),
    'ip:port': (value: string) => single(value, 'address'),
    domain: name,
    hostname: name,
    'domain|ip': parted((first, second) => all(name(first), address(second))),
    'hostname|port': ported(name),
    url,
    uri: url,
    link: url,
    'ja3-fingerprint-md5': (value: string) => single(value, 'ja3'),
    'ja3-fingerprint': (value: string) => single(value, 'ja3'),
    ja3: (value: string) => single(value, 'ja3'),
    ja4: (value: string) => single(value, 'ja4'),
    'ja4-fingerprint': (value: string) => single(value, 'ja4'),
    'x509-fingerprint-sha1': (value: string) => single(value, 'sha1'),
    'x509-fingerprint-sha256': (value: string) => single(value, 'sha256'),
    // MISP has no type for JA4 of its own.
    text: (value: string) => (typeof single(value, 'ja4') === 'string' ? 'type' : single(value, 'ja4')),
  }),
);

/** Types of files by their names, of which many hold a hash. */
const FILE =
  /^(filename|malware-sample|attachment)\b|^(md5|sha\d+(\/\d+)?|sha3-\d+|imphash|pehash|ssdeep|tlsh|vhash|authentihash|telfhash|impfuzzy|cdhash)(_hash)?$|_hash$/;

export function typedIndicator(type: string, value: string): Read {
  const known = type.trim().toLowerCase();
  const read = TYPES.get(known);
  if (read) return read(value.trim());
  return FILE.test(known) ? 'file' : 'type';
}
