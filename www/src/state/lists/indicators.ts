// Lists of indicators that the reader has imported, and what of a tuple they name. They never change a verdict.

import { forget, keepText, kept, keptNames } from '../../browser/kept.ts';
import { type IndicatorKind, indicatorOf } from '../../model/lists/indicator.ts';
import { type Entry, readIndicators } from '../../model/lists/read.ts';
import type { IndicatorList, Match, MatchedBy } from '../../model/marks.ts';
import {
  type Address,
  canonicalName,
  type Network,
  networkKey,
  parseAddress,
  parseNetwork,
} from '../../model/network.ts';
import type { TupleOutline } from '../../model/report.ts';
import { BLOCK, inSteps, type Work } from '../../model/steps.ts';

/** An entry and its list. */
type Listed = Pick<Match, 'list' | 'entry'>;

/** All entries of some lists, to be looked up. */
interface Index {
  lists: Lists;
  /** By kind and value; networks by what their addresses have in common. */
  exact: Map<string, Listed[]>;
  kinds: Set<IndicatorKind>;
  /** Lengths of networks that occur. */
  lengths: Set<number>;
  /** Whether any entry is a name. */
  names: boolean;
  /** What was found of an address: many tuples share one. */
  addresses: Map<string, Listed[]>;
}

type Lists = Map<string, IndicatorList>;

/** Gives entries that name something of a tuple; takes the SHA-1 of certificates by their SHA-256 too. */
export type Matcher = (tuple: TupleOutline, sha1s: Map<string, string>) => Match[];

const PREFIX = 'list.';
/** Bytes of a list; a longer file is refused. */
export const MOST_BYTES = 32e6;

/** Lists by name; another Map after each change. */
let lists: Lists = new Map();
let index: Index | undefined;
let changed = () => {};

/** Has `listener` called after each change. */
export function whenIndicatorsChange(listener: () => void): void {
  changed = listener;
}

export const indicatorLists = () => [...lists.values()];

/** Whether some list names certificates by SHA-1. */
export const asksForSha1 = () =>
  indicatorLists().some(({ entries }) => entries.some(({ kind }) => kind === 'sha1'));

/** Reads a list in steps and gives it; one of the same name makes way for it. */
export function* importList(name: string, text: string): Work<IndicatorList> {
  const read = yield* readIndicators(text);
  const list = { name, ...read, kept: keepText(PREFIX + name, yield* packed(read.entries)) };
  const others = indicatorLists().filter((other) => other.name !== name);
  update([...others, list]);
  return list;
}

/** Removes a list; gives what puts it back. */
export function removeList(name: string): () => void {
  const removed = indicatorLists().filter((list) => list.name === name);
  forget(PREFIX + name);
  update(indicatorLists().filter((list) => list.name !== name));
  return () => inSteps(putBack(removed), update);
}

/** The lists with those that were removed, kept again. */
function* putBack(removed: IndicatorList[]): Work<IndicatorList[]> {
  const again: IndicatorList[] = [];
  for (const list of removed)
    again.push({ ...list, kept: keepText(PREFIX + list.name, yield* packed(list.entries)) });
  return [...indicatorLists().filter(({ name }) => !again.some((list) => list.name === name)), ...again];
}

/** Reads in steps what is kept, at first and after another window has changed it. */
export function reloadLists(): void {
  const before = lists;
  // A list that was imported or removed meanwhile makes what was read stale.
  inSteps(load(), (found) => (lists === before ? update(found) : reloadLists()));
}

/** A test of tuples, made in steps; `undefined` where there is not a list. */
export function* matcher(): Work<Matcher | undefined> {
  // Another may have made it meanwhile, or the lists have changed.
  let made = index;
  while (made?.lists !== lists) {
    made = yield* indexOf(lists);
    if (made.lists === lists) index = made;
  }
  const whole = made;
  return lists.size ? (tuple, sha1s) => matchesOf(whole, tuple, sha1s) : undefined;
}

function matchesOf(index: Index, tuple: TupleOutline, sha1s: Map<string, string>): Match[] {
  const { ja3, ja3s, ja4, certificate } = tuple.fingerprints;
  const matches: Match[] = [];
  const found = (of: MatchedBy, value: string, entries: Listed[]) => {
    for (const { list, entry } of entries) matches.push({ list, entry, of, value });
  };
  const exact = (of: MatchedBy, kind: IndicatorKind, values: string[]) => {
    if (index.kinds.has(kind)) for (const value of values) found(of, value, exactly(index, kind, value));
  };
  if (index.names)
    for (const name of tuple.server_names) found('server', name, ofPort(named(index, name), tuple.resp_p));
  found('destination', tuple.resp_h, addressed(index, tuple.resp_h, tuple.resp_p));
  found('source', tuple.orig_h, addressed(index, tuple.orig_h));
  exact('ja3', 'ja3', ja3);
  exact('ja3s', 'ja3', ja3s);
  exact('ja4', 'ja4', ja4);
  exact('certificate', 'sha256', certificate);
  exact(
    'certificate',
    'sha1',
    certificate.flatMap((print) => sha1s.get(print) ?? []),
  );
  return matches;
}

const NONE: Listed[] = [];

const exactly = (index: Index, kind: IndicatorKind, value: string | undefined) =>
  index.kinds.has(kind) ? (index.exact.get(`${kind} ${value}`) ?? NONE) : NONE;

/** Entries of a name: its own, and those of all names above it. */
function named(index: Index, text: string): Listed[] {
  const name = canonicalName(text);
  const found = [...exactly(index, 'name', name), ...exactly(index, 'domain', name)];
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const above = name.slice(dot + 1);
    found.push(...exactly(index, 'domain', above), ...exactly(index, 'below', above));
  }
  return found;
}

/** Entries of an address, and of its port where there is one. */
function addressed(index: Index, text: string, port?: number): Listed[] {
  if (!index.lengths.size && !index.kinds.has('address')) return [];
  let found = index.addresses.get(text);
  if (!found) {
    found = ofAddress(index, parseAddress(text));
    index.addresses.set(text, found);
  }
  return ofPort(found, port);
}

/** Entries without those of another port. */
const ofPort = (found: Listed[], port: number | undefined): Listed[] =>
  found.length ? found.filter(({ entry }) => entry.port === undefined || entry.port === port) : found;

function ofAddress(index: Index, address: Address | undefined): Listed[] {
  if (!address) return [];
  const networks = [...index.lengths].flatMap((length) =>
    exactly(index, 'network', networkKey(address, length)),
  );
  return [...exactly(index, 'address', networkKey(address, address.bits)), ...networks];
}

function* indexOf(lists: Lists): Work<Index> {
  const exact = new Map<string, Listed[]>();
  const kinds = new Set<IndicatorKind>();
  const lengths = new Set<number>();
  let count = 0;
  for (const list of lists.values()) {
    for (const entry of list.entries) {
      if (++count % BLOCK === 0) yield;
      const network =
        entry.kind === 'network'
          ? parseNetwork(entry.value)
          : entry.kind === 'address'
            ? addressAsNetwork(entry.value)
            : undefined;
      if (network && entry.kind === 'network') lengths.add(network.length);
      const key = `${entry.kind} ${network ? networkKey(network, network.length) : entry.value}`;
      kinds.add(entry.kind);
      const held = exact.get(key);
      if (held) held.push({ list, entry });
      else exact.set(key, [{ list, entry }]);
    }
  }
  return {
    lists,
    exact,
    kinds,
    lengths,
    names: kinds.has('name') || kinds.has('domain') || kinds.has('below'),
    addresses: new Map(),
  };
}

function addressAsNetwork(text: string): Network | undefined {
  const address = parseAddress(text);
  return address && { ...address, length: address.bits };
}

function update(held: IndicatorList[]): void {
  lists = new Map(held.map((list) => [list.name, list]));
  changed();
}

/** Entries as they are kept: each its line, itself as a list has it, its note. */
function* packed(entries: Entry[]): Work<string> {
  const rows: string[] = [];
  for (const { line, kind, value, port, note } of entries) {
    const start = kind === 'domain' ? '.' : kind === 'below' ? '*.' : '';
    const written =
      port === undefined ? value : value.includes(':') ? `[${value}]:${port}` : `${value}:${port}`;
    if (rows.push(JSON.stringify([line, start + written, note])) % BLOCK === 0) yield;
  }
  return `[${rows.join()}]`;
}

/** Lists of this visit that could not be kept, and the kept ones, which are checked as a list is: other pages of the same host share the store. */
function* load(): Work<IndicatorList[]> {
  const found = indicatorLists().filter(({ kept }) => !kept);
  for (const key of keptNames(PREFIX)) {
    const rows = kept(key);
    const entries: Entry[] = [];
    for (const row of Array.isArray(rows) ? rows : []) {
      const entry = unpacked(row);
      if (entry && entries.push(entry) % BLOCK === 0) yield;
    }
    if (entries.length) found.push({ name: key.slice(PREFIX.length), entries, unread: [], kept: true });
  }
  return found;
}

function unpacked(row: unknown): Entry | undefined {
  const [line, text, note]: unknown[] = Array.isArray(row) ? row : [];
  if (
    typeof line !== 'number' ||
    !Number.isInteger(line) ||
    typeof text !== 'string' ||
    typeof note !== 'string'
  )
    return undefined;
  const indicator = indicatorOf(text);
  return indicator && { line, ...indicator, note };
}
