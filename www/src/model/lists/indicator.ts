// A text → the indicator that it is.
//
//   1.2.3.4  2001:db8::1  1.2.3.4:443    an address, or one port of it
//   10.0.0.0/8                           a network
//   example.com  example.com:8443        this name alone, or one port of it
//   .example.com  ||example.com^         this name and all below it; *.example.com: those below it alone
//   32, 40 or 64 hexadecimal digits      JA3 or JA3S; SHA-1 of a certificate; SHA-256 of a certificate
//   t13d1516h2_8daaf6152771_02713d6af862 JA4

import { canonicalName, parseAddress, parseNetwork } from '../network.ts';

/** What an indicator names. */
export type IndicatorKind =
  | 'ja4'
  | 'ja3'
  | 'sha1'
  | 'sha256'
  | 'network'
  | 'address'
  | 'name'
  | 'domain'
  | 'below';

export interface Indicator {
  kind: IndicatorKind;
  value: string;
  /** Of an address or a name, where one port of it is meant. */
  port?: number;
}

/** Hashes by their digits. */
const HASHES = new Map<number, IndicatorKind>([
  [32, 'ja3'],
  [40, 'sha1'],
  [64, 'sha256'],
]);

/** Characters of the longest indicator; a name in DNS has 253. */
const LONGEST = 400;

/** What a cell names; `undefined` where it is not an indicator. */
export function indicatorOf(cell: string): Indicator | undefined {
  const plain = cell.split(/\s#/, 1)[0].trim();
  if (plain.length > LONGEST) return undefined;
  // Reports write addresses so that nobody follows them by mistake: `example[.]com`.
  const text = plain.toLowerCase().replace(/\[([.:])\]/g, '$1');
  return hashOf(text) ?? addressOf(text) ?? nameOf(text);
}

/** An indicator with a port that stands beside it; `undefined` where the port is none. */
export function withPort(indicator: Indicator, port: string): Indicator | undefined {
  const number = Number(port);
  const sound = /^\d{1,5}$/.test(port) && number < 65536;
  const takes = indicator.kind === 'address' || indicator.kind === 'name';
  return sound && takes ? { ...indicator, port: number } : undefined;
}

/** The host of a URL, with its port where the URL has one. */
export function hostOf(url: string): Indicator | undefined {
  const text = url
    .trim()
    .replace(/\[([.:])\]/g, '$1')
    .replace(/^hxxp/i, 'http');
  const whole = /^[a-z][\w+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (text.length > 4 * LONGEST || !URL.canParse(whole)) return undefined;
  const { hostname, port } = new URL(whole);
  const host = indicatorOf(hostname.replace(/^\[(.*)\]$/, '$1'));
  return host && port ? withPort(host, port) : host;
}

function hashOf(text: string): Indicator | undefined {
  if (/^[tqd][0-9a-z]{2}[di]\d{4}[0-9a-z]{2}_[0-9a-f]{12}_[0-9a-f]{12}$/.test(text))
    return { kind: 'ja4', value: text };
  const hex = /^[0-9a-f]{2}(:[0-9a-f]{2})+$/.test(text) ? text.replaceAll(':', '') : text;
  const kind = /^[0-9a-f]+$/.test(hex) ? HASHES.get(hex.length) : undefined;
  return kind ? { kind, value: hex } : undefined;
}

function addressOf(text: string): Indicator | undefined {
  if (parseNetwork(text)) return { kind: 'network', value: text };
  if (parseAddress(text)) return { kind: 'address', value: text };
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const address = bracketed ?? plain;
  return address && parseAddress(address) ? withPort({ kind: 'address', value: address }, port) : undefined;
}

function nameOf(text: string): Indicator | undefined {
  const [, blocked] = /^\|\|([^|^]+)\^$/.exec(text) ?? [];
  const [, start, rest, port] =
    /^(\*\.|\.)?([^:]+)(?::(\d{1,5}))?$/.exec(blocked ? `.${blocked}` : text) ?? [];
  const name = rest && canonicalName(asciiName(rest));
  if (!name || !/^([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/.test(name)) return undefined;
  const kind = start === '.' ? 'domain' : start === '*.' ? 'below' : 'name';
  return port ? withPort({ kind, value: name }, port) : { kind, value: name };
}

/** A name with letters of other scripts as DNS has it (RFC 5891). */
function asciiName(name: string): string {
  if (!/^[\p{L}\p{N}\p{M}._-]+$/u.test(name) || /^[ -~]*$/.test(name)) return name;
  return URL.canParse(`http://${name}/`) ? new URL(`http://${name}/`).hostname : name;
}
