// The fields of the filter's language, each declared once: its kind, and what of a tuple it is.
//
// Names are those of Zeek or of the trade; what else a field is called is an alias. A feature's name is a field too.

import type { Subject } from '../columns.ts';
import type { Feature, TupleOutline } from '../report.ts';
import { VERDICTS, verdictOf } from '../tuples.ts';

export type Of<T> = (subject: Subject, index: number) => T;

/** What a tuple has of a field, by kind: texts, which may be the program's `own` words, addresses, one of a few names, numbers, or whether something is so. */
export type Field =
  | { kind: 'texts'; of: Of<readonly string[]>; own?: boolean }
  | { kind: 'addresses'; of: Of<readonly string[]> }
  | { kind: 'choices'; of: Of<string | null>; names: readonly string[] }
  | { kind: 'numbers'; of: Of<number | null> }
  | { kind: 'flags'; of: Of<boolean> };

export type FieldKind = Field['kind'];

type OfTuple<T> = (tuple: TupleOutline) => T;

const of =
  <T>(part: OfTuple<T>): Of<T> =>
  ({ result }, i) =>
    part(result.outline.tuples[i]);
const texts = (part: OfTuple<readonly string[]>): Field => ({ kind: 'texts', of: of(part) });
/** Words of the program or of a protocol, none of a sender's. */
const own = (part: OfTuple<readonly (string | null | undefined)[]>): Field => ({
  kind: 'texts',
  own: true,
  of: of((tuple) => part(tuple).filter((word) => word !== null && word !== undefined)),
});
/** What the reader's own files and notes say. */
const noted = (
  part: (subject: Subject, tuple: TupleOutline, index: number) => readonly (string | undefined)[],
): Field => ({
  kind: 'texts',
  own: true,
  of: (subject, i) => part(subject, subject.result.outline.tuples[i], i).filter((text) => text !== undefined),
});
const addresses = (part: OfTuple<readonly string[]>): Field => ({ kind: 'addresses', of: of(part) });
const number = (part: OfTuple<number | null | undefined>): Field => ({
  kind: 'numbers',
  of: of((tuple) => part(tuple) ?? null),
});

/** Names come from the reader, and from addresses that others made. */
const FIELDS_BY_NAME = new Map<string, Field>(
  Object.entries({
    verdict: {
      kind: 'choices',
      names: VERDICTS,
      of: ({ result, threshold }, i) => verdictOf(result, i, threshold),
    },
    host: addresses(({ orig_h, resp_h }) => [orig_h, resp_h]),
    source: addresses(({ orig_h }) => [orig_h]),
    destination: addresses(({ resp_h }) => [resp_h]),
    port: number(({ resp_p }) => resp_p),
    proto: own(({ proto }) => [proto]),
    sni: texts(({ server_names }) => server_names),
    looked_up: texts(({ dns }) => dns.names.map(({ name }) => name)),
    dns: { kind: 'choices', names: ['looked-up', 'never', 'unknown'], of: of(({ dns }) => dns.state) },
    ja3: texts(({ fingerprints }) => fingerprints.ja3),
    ja3s: texts(({ fingerprints }) => fingerprints.ja3s),
    ja4: texts(({ fingerprints }) => fingerprints.ja4),
    certificate: texts(({ fingerprints }) => fingerprints.certificate),
    subject: texts(({ handshakes }) => handshakes.subject),
    issuer: texts(({ handshakes }) => handshakes.issuer),
    version: texts(({ handshakes }) => handshakes.version),
    cipher: texts(({ handshakes }) => handshakes.cipher),
    alpn: texts(({ handshakes }) => handshakes.next_protocol),
    purpose: own(({ purpose }) => [purpose]),
    rule: own(({ purpose_evidence }) => [purpose_evidence?.rule]),
    evidence: own(({ evidence }) => evidence.map(({ kind }) => kind)),
    known: own(({ known }) => known.map(({ software }) => software)),
    looks_like: own(({ looks_like }) => looks_like),
    new: own(({ new_since_baseline }) => new_since_baseline),
    input: { kind: 'texts', own: true, of: ({ result }, i) => result.inputsOf(i) },
    organisation: noted(({ marks }, { resp_h }) => [marks.placeOf(resp_h).organisation]),
    country: noted(({ marks }, { resp_h }) => [marks.placeOf(resp_h).country]),
    status: noted(({ marks }, _, i) => [marks.notes.get(i)?.[0].status ?? 'new']),
    note: noted(({ marks }, _, i) => marks.notes.get(i)?.map(({ text }) => text || undefined) ?? []),
    network: own(({ profile_verdict }) => [profile_verdict]),
    score: { kind: 'numbers', of: ({ result }, i) => result.score(i) },
    connections: number(({ connections }) => connections),
    beacon: number(({ beacon }) => beacon?.score),
    interval: number(({ beacon }) => beacon?.interval),
    expected: { kind: 'flags', of: ({ marks }, i) => marks.expected.has(i) },
    indicator: { kind: 'flags', of: ({ marks }, i) => marks.matches.has(i) },
  } satisfies Record<string, Field>),
);

const ALIASES = new Map(
  Object.entries({
    server: 'sni',
    server_name: 'sni',
    name: 'sni',
    src: 'source',
    orig_h: 'source',
    dst: 'destination',
    resp_h: 'destination',
    resp_p: 'port',
    conns: 'connections',
    org: 'organisation',
    cert: 'certificate',
    sha256: 'certificate',
    query: 'looked_up',
    next_protocol: 'alpn',
    software: 'known',
  }),
);

/** The name by which a field is declared. */
export const canonicalField = (name: string): string => ALIASES.get(name.toLowerCase()) ?? name.toLowerCase();

/** A field by its declared name: one of the above, or a feature; `undefined` where there is none. */
export function fieldOf(name: string, features: Feature[]): Field | undefined {
  const own = FIELDS_BY_NAME.get(name);
  if (own) return own;
  const place = features.findIndex((feature) => feature.name === name);
  return place < 0 ? undefined : { kind: 'numbers', of: ({ result }, i) => result.value(place, i) };
}

/** Names by which a field can be called. */
export const fieldNames = (features: Feature[]): string[] => [
  ...FIELDS_BY_NAME.keys(),
  ...ALIASES.keys(),
  ...features.map(({ name }) => name),
];

const namesOf = (kind: FieldKind) =>
  [...FIELDS_BY_NAME].flatMap(([name, field]) => (field.kind === kind ? [name] : []));

/** Fields by kind, for the help. */
export const FIELDS: Record<FieldKind, string[]> = {
  texts: namesOf('texts'),
  addresses: namesOf('addresses'),
  choices: namesOf('choices'),
  numbers: namesOf('numbers'),
  flags: namesOf('flags'),
};
