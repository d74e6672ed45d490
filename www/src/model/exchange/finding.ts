// What other programs are told of a destination: plain values out of a result.

import type { Evidence, Proto, Verdict } from '../../generated/report.ts';
import type { Subject } from '../columns.ts';
import { parseAddress } from '../network.ts';
import { BLOCK, type Work } from '../steps.ts';
import { verdictOf } from '../tuples.ts';

/** A destination as it is exported. Texts of the capture are as they were captured: each format escapes them. */
export interface Finding {
  input: string;
  source: string;
  destination: string;
  port: number;
  proto: Proto;
  verdict: Verdict;
  score: number;
  /** By the profile of the network; `null` without one. */
  profileVerdict: Verdict | null;
  newSinceBaseline: string[];
  names: string[];
  lookedUp: string[];
  connections: number;
  /** Starts of its first and last connection, epoch seconds. */
  first: number | undefined;
  last: number | undefined;
  ja3: string[];
  ja3s: string[];
  ja4: string[];
  /** SHA-256 and, where the certificate is at hand, SHA-1, in hex. */
  certificates: { sha256: string; sha1: string | undefined }[];
  evidence: Evidence[];
  sentence: string | null;
  known: string[];
  purpose: string | null;
  expected: boolean;
  /** Lists and lines of the indicators that name it. */
  indicators: string[];
}

/** Kinds of values by which other programs find a destination again. */
export type Trait = 'address' | 'name' | 'ja3' | 'ja4' | 'certificate';

/** By kind and value, how many destinations that are neither exported nor flagged show it too. */
export type Common = (kind: Trait, value: string) => number;

/** What a format is written of. */
export interface Chosen {
  findings: Finding[];
  common: Common;
}

/** The destinations at `rows`. `sha1s` are by SHA-256; `inputOf` names the input of a row. */
export function* chosenOf(
  subject: Subject,
  rows: ArrayLike<number>,
  sha1s: Map<string, string>,
  inputOf: (index: number) => string,
): Work<Chosen> {
  const findings: Finding[] = [];
  for (let i = 0; i < rows.length; i++) {
    if (i % BLOCK === BLOCK - 1) yield;
    findings.push(findingOf(subject, rows[i], sha1s, inputOf(rows[i])));
  }
  const exported = new Set(Array.from(rows));
  const wanted = new Map<string, number>();
  for (const finding of findings) for (const trait of traitsOf(finding)) wanted.set(trait, 0);
  const { result, threshold } = subject;
  for (let i = 0; i < result.length; i++) {
    if (i % BLOCK === BLOCK - 1) yield;
    if (exported.has(i) || verdictOf(result, i, threshold) === 'malware-like') continue;
    const { resp_h, server_names, fingerprints } = result.outline.tuples[i];
    const { ja3, ja4, certificate } = fingerprints;
    for (const trait of traits(resp_h, server_names, ja3, ja4, certificate)) {
      const count = wanted.get(trait);
      if (count !== undefined) wanted.set(trait, count + 1);
    }
  }
  return { findings, common: (kind, value) => wanted.get(`${kind} ${value.toLowerCase()}`) ?? 0 };
}

function findingOf(
  { result, threshold, marks }: Subject,
  index: number,
  sha1s: Map<string, string>,
  input: string,
): Finding {
  const tuple = result.outline.tuples[index];
  const starts = result.startsOf(index);
  const { ja3, ja3s, ja4, certificate } = tuple.fingerprints;
  return {
    input,
    source: tuple.orig_h,
    destination: tuple.resp_h,
    port: tuple.resp_p,
    proto: tuple.proto,
    verdict: verdictOf(result, index, threshold),
    score: result.score(index),
    profileVerdict: tuple.profile_verdict,
    newSinceBaseline: tuple.new_since_baseline,
    names: tuple.server_names,
    lookedUp: tuple.dns.names.map(({ name }) => name),
    connections: tuple.connections,
    first: starts[0],
    last: starts[starts.length - 1],
    ja3,
    ja3s,
    ja4,
    certificates: certificate.map((sha256) => ({ sha256, sha1: sha1s.get(sha256) })),
    evidence: tuple.evidence,
    sentence: tuple.sentence,
    known: tuple.known.map(({ software }) => software),
    purpose: tuple.purpose,
    expected: marks.expected.has(index),
    indicators: (marks.matches.get(index) ?? []).map(({ list, entry }) => `${list.name}:${entry.line}`),
  };
}

function* traitsOf({ destination, names, ja3, ja4, certificates }: Finding): Generator<string> {
  const prints = certificates.map(({ sha256 }) => sha256);
  yield* traits(destination, names, ja3, ja4, prints);
}

function* traits(
  address: string,
  names: string[],
  ja3: string[],
  ja4: string[],
  certificates: string[],
): Generator<string> {
  yield `address ${address}`;
  for (const name of names) yield `name ${name.toLowerCase()}`;
  for (const print of ja3) yield `ja3 ${print}`;
  for (const print of ja4) yield `ja4 ${print}`;
  for (const print of certificates) yield `certificate ${print}`;
}

/** A format's text in parts, how many entries it holds, and how many values were left out: those that it cannot name, or that name ordinary destinations too. */
export interface Written {
  parts: string[];
  entries: number;
  left: number;
}

/** Each value once, with the first finding that has it. */
export function distinct<T>(
  findings: readonly Finding[],
  values: (finding: Finding) => readonly T[],
  keyOf: (value: T) => string = String,
): [value: T, finding: Finding][] {
  const found = new Map<string, [T, Finding]>();
  for (const finding of findings)
    for (const value of values(finding))
      if (!found.has(keyOf(value))) found.set(keyOf(value), [value, finding]);
  return [...found.values()];
}

/** Whether an address is one, whatever a log says. */
export const isAddress = (text: string): boolean => parseAddress(text) !== undefined;

/** Whether a text is a name as DNS has it (RFC 1035, with underscores), and no address. */
export const isHostName = (text: string): boolean =>
  text.length <= 253 &&
  /^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(text);

export const isoTime = (seconds: number): string | undefined => {
  const time = new Date(seconds * 1000);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
};
