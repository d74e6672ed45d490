// All inputs of a case as one result: their destinations in one table, those that several inputs have folded into one row.
//
// A row is a 4-tuple. Its verdict, score and values are those of the input where it resembles malware most; connections, names and
// fingerprints are of all. The features stay where they are: of a large case they are most of what it takes.

import type { AskedName, Fingerprints, Handshakes } from '../generated/report.ts';
import type { Asked, CertificateSeen, Counts, Outline, TupleOutline } from './report.ts';
import { Result } from './result.ts';
import { BLOCK, sorted, type Work } from './steps.ts';
import { keyOf } from './tuples.ts';

export interface Member {
  name: string;
  result: Result;
}

/** Where a row comes from: a member, and the place of the tuple in its result. */
export interface Origin {
  member: number;
  index: number;
}

export class CaseResult extends Result {
  readonly members: readonly Member[];
  /** By row, where it comes from; the first is the one whose verdict it has. */
  readonly #origins: Origin[][];

  constructor(
    members: readonly Member[],
    origins: Origin[][],
    parts: ConstructorParameters<typeof Result>[0],
  ) {
    super(parts);
    this.members = members;
    this.#origins = origins;
  }

  override get inputs(): number {
    return this.members.length;
  }

  override inputsOf(index: number): string[] {
    return this.#origins[index].map(({ member }) => this.members[member].name);
  }

  /** The rows that some tuples of a member have become. */
  rowsOf(member: number, indexes: readonly number[]): number[] {
    const wanted = new Set(indexes);
    return this.#origins.flatMap((origins, row) =>
      origins.some((origin) => origin.member === member && wanted.has(origin.index)) ? [row] : [],
    );
  }

  originsOf(index: number): readonly Origin[] {
    return this.#origins[index];
  }

  override value(place: number, index: number): number {
    const [{ member, index: at }] = this.#origins[index];
    return this.members[member].result.value(place, at);
  }

  override valuesOf(index: number): Float64Array {
    const [{ member, index: at }] = this.#origins[index];
    return this.members[member].result.valuesOf(at);
  }
}

/** One result of several; `undefined` of none. */
export function* mergeResults(members: readonly Member[]): Work<CaseResult | undefined> {
  if (!members.length) return undefined;
  const found = yield* foldedOrigins(members);
  const order = yield* sorted(
    found.length,
    (a, b) => scoreOf(members, found[b][0]) - scoreOf(members, found[a][0]) || a - b,
  );
  const origins: Origin[][] = [];
  const tuples: TupleOutline[] = [];
  const scores = new Float64Array(3 * found.length);
  const offsets = new Uint32Array(found.length + 1);
  const starts = new Float64Array(members.reduce((sum, { result }) => sum + result.numbers.starts.length, 0));
  for (const place of order) {
    const row = tuples.length;
    if (row % BLOCK === BLOCK - 1) yield;
    const from = found[place];
    origins.push(from);
    tuples.push(foldedTuple(members, from));
    const [{ member, index }] = from;
    scores.set(members[member].result.numbers.scores.subarray(3 * index, 3 * index + 3), 3 * row);
    let end = offsets[row];
    for (const { member, index } of from) {
      const own = members[member].result.startsOf(index);
      starts.set(own, end);
      end += own.length;
    }
    if (from.length > 1) starts.subarray(offsets[row], end).sort();
    offsets[row + 1] = end;
  }
  const [{ result: first }] = members;
  return new CaseResult(members, origins, {
    outline: { ...mergedHead(members), tuples },
    schema: first.schema,
    protocols: {
      proto: summed(members.map(({ result }) => result.protocols.proto)),
      service: summed(members.map(({ result }) => result.protocols.service)),
    },
    numbers: {
      scores,
      features: new Float64Array(),
      starts: starts.subarray(0, offsets[found.length]),
      offsets,
    },
  });
}

const scoreOf = (members: readonly Member[], { member, index }: Origin) =>
  members[member].result.score(index);

/** The origins of each row; of those of one row, the one that resembles malware most comes first. */
function* foldedOrigins(members: readonly Member[]): Work<Origin[][]> {
  const rows = new Map<string, Origin[]>();
  let count = 0;
  for (const [member, { result }] of members.entries()) {
    for (const [index, tuple] of result.outline.tuples.entries()) {
      if (++count % BLOCK === 0) yield;
      const key = keyOf(tuple);
      const held = rows.get(key);
      if (!held) rows.set(key, [{ member, index }]);
      else if (isWorse(members, { member, index }, held[0])) held.unshift({ member, index });
      else held.push({ member, index });
    }
  }
  return [...rows.values()];
}

function isWorse(members: readonly Member[], one: Origin, other: Origin): boolean {
  const judged = ({ member, index }: Origin) =>
    members[member].result.outline.tuples[index].verdict !== 'undecided';
  if (judged(one) !== judged(other)) return judged(one);
  return scoreOf(members, one) > scoreOf(members, other);
}

function foldedTuple(members: readonly Member[], origins: readonly Origin[]): TupleOutline {
  const all = origins.map(({ member, index }) => members[member].result.outline.tuples[index]);
  const [first] = all;
  if (all.length === 1) return first;
  const print = (kind: keyof Fingerprints) => union(all.map(({ fingerprints }) => fingerprints[kind]));
  const agreed = (kind: keyof Handshakes) => union(all.map(({ handshakes }) => handshakes[kind]));
  return {
    ...first,
    connections: all.reduce((sum, { connections }) => sum + connections, 0),
    server_names: union(all.map(({ server_names }) => server_names)),
    fingerprints: {
      ja3: print('ja3'),
      ja3s: print('ja3s'),
      ja4: print('ja4'),
      certificate: print('certificate'),
    },
    handshakes: {
      version: agreed('version'),
      cipher: agreed('cipher'),
      next_protocol: agreed('next_protocol'),
      subject: agreed('subject'),
      issuer: agreed('issuer'),
    },
  };
}

const union = (lists: string[][]) => [...new Set(lists.flat())];

function mergedHead(members: readonly Member[]): Omit<Outline, 'tuples'> {
  const heads = members.map(({ result }) => result.outline);
  const [first] = heads;
  const captures = heads.map(({ capture }) => capture);
  const known = (of: (capture: Outline['capture']) => number | null) =>
    captures.flatMap((capture) => of(capture) ?? []);
  const sum = (numbers: number[]) => numbers.reduce((sum, number) => sum + number, 0);
  const packets = known(({ packets }) => packets);
  const [starts, ends] = [known(({ first_ts }) => first_ts), known(({ last_ts }) => last_ts)];
  const counted = (of: (health: Outline['health']) => number) => sum(heads.map(({ health }) => of(health)));
  const counts = (of: (health: Outline['health']) => Counts) => summed(heads.map(({ health }) => of(health)));
  return {
    ...first,
    logs: [],
    capture: {
      name: '',
      format: union(captures.map(({ format }) => [format])).join(', '),
      bytes: sum(captures.map(({ bytes }) => bytes)),
      packets: packets.length ? sum(packets) : null,
      first_ts: starts.length ? Math.min(...starts) : null,
      last_ts: ends.length ? Math.max(...ends) : null,
      link_types: [...new Set(captures.flatMap(({ link_types }) => link_types))],
    },
    health: {
      connections: counted(({ connections }) => connections),
      tls_connections: counted(({ tls_connections }) => tls_connections),
      tls_with_certificate: counted(({ tls_with_certificate }) => tls_with_certificate),
      truncated_packets: counted(({ truncated_packets }) => truncated_packets),
      bad_checksums: counted(({ bad_checksums }) => bad_checksums),
      gaps: counted(({ gaps }) => gaps),
      weird: counts(({ weird }) => weird),
      limits_hit: counts(({ limits_hit }) => limits_hit),
      not_read: counts(({ not_read }) => not_read),
      busiest_ports: counts(({ busiest_ports }) => busiest_ports),
    },
  };
}

function summed(all: Counts[]): Counts {
  const sums = new Map<string, number>();
  for (const counts of all)
    for (const [name, count] of Object.entries(counts)) sums.set(name, (sums.get(name) ?? 0) + count);
  return Object.fromEntries(sums);
}

/** What members tell of a certificate, each with the rows of its tuples. */
export function mergedSeen(seen: readonly CertificateSeen[]): CertificateSeen {
  const times = (name: 'first_ts' | 'last_ts') => seen.map((one) => one[name]).filter((ts) => ts !== null);
  const [first, last] = [times('first_ts'), times('last_ts')];
  return {
    handshakes: seen.reduce((sum, { handshakes }) => sum + handshakes, 0),
    first_ts: first.length ? Math.min(...first) : null,
    last_ts: last.length ? Math.max(...last) : null,
    tuples: [...new Set(seen.flatMap(({ tuples }) => tuples))].sort((a, b) => a - b),
    ssl: seen.map(({ ssl }) => ssl).join(''),
    x509: seen.map(({ x509 }) => x509).join(''),
  };
}

/** What members tell of the names that a host asked for. */
export function mergedAsked(all: readonly Asked[]): Asked {
  const names = new Map<string, AskedName>();
  for (const one of all.flatMap(({ names }) => names)) {
    const held = names.get(one.name);
    const later = held && held.last_ts > one.last_ts ? held : one;
    names.set(one.name, {
      ...later,
      times: (held?.times ?? 0) + one.times,
      first_ts: Math.min(held?.first_ts ?? Infinity, one.first_ts),
    });
  }
  // Of names that a member left out nothing tells whether another has them.
  const left = all.reduce((sum, { all, names }) => sum + all - names.length, 0);
  return { names: [...names.values()].sort((a, b) => a.first_ts - b.first_ts), all: names.size + left };
}
