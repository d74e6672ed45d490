// Pseudonyms for what belongs to the inside of a network: addresses that are not routed on the Internet become host-1, host-2, …,
// internal names name-1, … They are the same wherever they stand, and in every report of one result.
//
// Names of organisations and persons in certificates stay: nothing tells the internal ones apart.

import { addressTest, parseAddress } from '../model/network.ts';
import type { ReportHead, TupleReport } from '../model/report.ts';
import type { Result } from '../model/result.ts';

/** Private, shared, link-local and unique local addresses (RFC 1918, 6598, 3927, 4291, 4193), and IPv4 ones mapped into IPv6. */
const INTERNAL = [
  ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16'],
  ...['fe80::/10', 'fc00::/7', 'fec0::/10'],
].flatMap((network) => addressTest(network) ?? []);
const isMapped = addressTest('::ffff:0:0/96');

const SUFFIX = /(^|\.)(local|localdomain|lan|home|corp|internal|intranet|private|home\.arpa)\.?$/i;

const V6 = /(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f.]*(?:%\w+)?/gi;
const V4 = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)/g;
/** An address inside a name, as `10-1-2-3.example.net` has it. */
const DASHED = /(?<!\d)\d{1,3}(?:-\d{1,3}){3}(?!\d)/g;
const NAME = /(?<![\p{L}\p{N}_.-])[\p{L}\p{N}_*-]+(?:\.[\p{L}\p{N}_*-]+)*\.?(?![\p{L}\p{N}_-])/gu;
/** A common name of one label with nothing beside it, as devices give themselves. */
const LONE_CN = /^CN=([^,.\s=]+)$/;

export class Redactor {
  #pseudonyms = new Map<string, string>();
  #counts = { host: 0, name: 0 };
  /** Server names of one label: they are words too, and pseudonyms only where a captured text has them. */
  #labels = new Set<string>();

  constructor({ outline: { tuples } }: Pick<Result, 'outline'>) {
    const names = tuples.flatMap(({ server_names, dns }) => [
      ...server_names,
      ...dns.names.map(({ name }) => name),
    ]);
    const labels = names.filter(isLabel);
    for (const label of labels) this.#labels.add(label.toLowerCase());
    for (const { orig_h, resp_h, server_names } of tuples)
      for (const text of [orig_h, resp_h, ...server_names]) this.text(text);
  }

  /** A captured text without what is internal. */
  text(text: string): string {
    return text
      .replace(LONE_CN, (whole, label) =>
        isLabel(label) ? `CN=${this.#pseudonym('name', label.toLowerCase())}` : whole,
      )
      .replace(V6, (found) => this.#address(found))
      .replace(V4, (found) => this.#address(found))
      .replace(DASHED, (found) => this.#address(found, found.replaceAll('-', '.')))
      .replace(NAME, (found) => this.#name(found));
  }

  /** A captured name, which is internal where it has no dot. */
  name(text: string): string {
    return isLabel(text) ? this.#pseudonym('name', text.toLowerCase()) : this.text(text);
  }

  /** The captured texts of a Report's tuple, replaced. */
  tuple(tuple: TupleReport): TupleReport {
    const { purpose_evidence: evidence } = tuple;
    return {
      ...tuple,
      orig_h: this.text(tuple.orig_h),
      resp_h: this.text(tuple.resp_h),
      server_names: tuple.server_names.map((name) => this.name(name)),
      handshakes: {
        ...tuple.handshakes,
        subject: tuple.handshakes.subject.map((text) => this.text(text)),
        issuer: tuple.handshakes.issuer.map((text) => this.text(text)),
      },
      dns: {
        ...tuple.dns,
        names: tuple.dns.names.map((asked) => ({ ...asked, name: this.name(asked.name) })),
      },
      evidence: tuple.evidence.map((piece) => ({ ...piece, values: this.#values(piece.values) })),
      sentence: tuple.sentence && this.text(tuple.sentence),
      new_since_baseline: tuple.new_since_baseline.map((text) => this.text(text)),
      purpose_evidence: evidence && { ...evidence, matched: this.text(evidence.matched) },
    };
  }

  /** The head of a Report without the capture's name. */
  head(head: ReportHead): ReportHead {
    return { ...head, capture: { ...head.capture, name: 'capture', redacted: true } };
  }

  /** Values of a piece of evidence: numbers stay, texts may be captured. */
  #values<V>(values: V): V {
    const replaced = Object.entries(values as Record<string, unknown>).map(([key, value]) => [
      key,
      typeof value === 'string' ? this.text(value) : value,
    ]);
    return Object.fromEntries(replaced) as V;
  }

  #address(found: string, text = found): string {
    const plain = text.replace(/%.*$/, '');
    const address = parseAddress(plain);
    if (!address) return found;
    const mapped = isMapped?.(plain) ? { bits: 32, value: address.value & 0xffffffffn } : address;
    const same =
      mapped === address
        ? plain
        : [24n, 16n, 8n, 0n].map((shift) => (mapped.value >> shift) & 255n).join('.');
    return INTERNAL.some((test) => test(same))
      ? this.#pseudonym('host', `${mapped.bits} ${mapped.value}`)
      : found;
  }

  #name(found: string): string {
    const name = found.toLowerCase().replace(/\.$/, '');
    return SUFFIX.test(name) || this.#labels.has(name) ? this.#pseudonym('name', name) : found;
  }

  #pseudonym(kind: 'host' | 'name', key: string): string {
    const place = `${kind} ${key}`;
    let pseudonym = this.#pseudonyms.get(place);
    if (!pseudonym) {
      pseudonym = `${kind}-${++this.#counts[kind]}`;
      this.#pseudonyms.set(place, pseudonym);
    }
    return pseudonym;
  }
}

/** A name of one label. That of every host for itself tells nothing. */
const isLabel = (name: string) => /^[^.:\s]+\.?$/.test(name) && name.toLowerCase() !== 'localhost';
