// Lists of indicators that the reader has imported, and what of a tuple they name. They never change a verdict.

import { canonicalName, networkKey, parseAddress, parseNetwork } from '../../model/network.ts';
import { BLOCK, inSteps } from '../../model/steps.ts';
import { forget, keepText, kept, keptNames } from './kept.ts';
import { indicatorOf, readIndicators } from '../../model/lists/read.ts';

const PREFIX = 'list.';
/** Bytes of a list; a longer file is refused. */
export const MOST_BYTES = 32e6;

/** Lists by name: `{name, entries, kept}`, and `unread` of those imported in this visit; another Map after each change. */
let lists = new Map();
/** All entries of `index.lists`, to be looked up. */
let index;
let changed = () => {};

/** Has `listener` called after each change. */
export function whenIndicatorsChange(listener) {
  changed = listener;
}

export const indicatorLists = () => [...lists.values()];

/** Whether some list names certificates by SHA-1. */
export const asksForSha1 = () => indicatorLists().some(({ entries }) => entries.some(({ kind }) => kind === 'sha1'));

/** Reads a list in steps and gives it; one of the same name makes way for it. */
export function* importList(name, text) {
  const list = { name, ...(yield* readIndicators(text)) };
  list.kept = keepText(PREFIX + name, yield* packed(list.entries));
  const others = indicatorLists().filter((other) => other.name !== name);
  update([...others, list]);
  return list;
}

export function removeList(name) {
  forget(PREFIX + name);
  update(indicatorLists().filter((list) => list.name !== name));
}

/** Reads in steps what is kept, at first and after another window has changed it. */
export function reloadLists() {
  const before = lists;
  // A list that was imported or removed meanwhile makes what was read stale.
  inSteps(load(), (found) => (lists === before ? update(found) : reloadLists()));
}

/**
 * A test of tuples, made in steps: it gives entries that name something of a tuple, as `{list, entry, of, value}`, where `of` is `server`,
 * `destination`, `source`, `ja3`, `ja3s`, `ja4` or `certificate`, and `value` what the tuple has there. It takes the SHA-1 of certificates by
 * their SHA-256 too. `undefined` where there is no list.
 */
export function* matcher() {
  // Another may have made it meanwhile, or the lists have changed.
  while (index?.lists !== lists) {
    const made = yield* indexOf(lists);
    if (made.lists === lists) index = made;
  }
  const made = index;
  return lists.size ? (tuple, sha1s) => matchesOf(made, tuple, sha1s) : undefined;
}

function matchesOf(index, tuple, sha1s) {
  const { ja3, ja3s, ja4, certificate } = tuple.fingerprints;
  const matches = [];
  const found = (of, value, entries) => {
    for (const { list, entry } of entries) matches.push({ list, entry, of, value });
  };
  const exact = (of, kind, values) => {
    if (index.kinds.has(kind)) for (const value of values) found(of, value, exactly(index, kind, value));
  };
  if (index.names) for (const name of tuple.server_names) found('server', name, named(index, name));
  found('destination', tuple.resp_h, addressed(index, tuple.resp_h, tuple.resp_p));
  found('source', tuple.orig_h, addressed(index, tuple.orig_h));
  exact('ja3', 'ja3', ja3);
  exact('ja3s', 'ja3', ja3s);
  exact('ja4', 'ja4', ja4);
  exact('certificate', 'sha256', certificate);
  exact('certificate', 'sha1', certificate.map((print) => sha1s.get(print)).filter(Boolean));
  return matches;
}

const NONE = [];

const exactly = (index, kind, value) => (index.kinds.has(kind) ? (index.exact.get(`${kind} ${value}`) ?? NONE) : NONE);

/** Entries of a name: its own, and those of all names above it. */
function named(index, text) {
  const name = canonicalName(text);
  const found = [...exactly(index, 'name', name), ...exactly(index, 'domain', name)];
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const above = name.slice(dot + 1);
    found.push(...exactly(index, 'domain', above), ...exactly(index, 'below', above));
  }
  return found;
}

/** Entries of an address, and of its port where there is one. */
function addressed(index, text, port) {
  if (!index.lengths.size && !index.kinds.has('address')) return [];
  let found = index.addresses.get(text);
  if (!found) index.addresses.set(text, (found = ofAddress(index, parseAddress(text))));
  return found.length ? found.filter(({ entry }) => entry.port === undefined || entry.port === port) : found;
}

function ofAddress(index, address) {
  if (!address) return [];
  const networks = [...index.lengths].flatMap((length) => exactly(index, 'network', networkKey(address, length)));
  return [...exactly(index, 'address', networkKey(address, address.bits)), ...networks];
}

/**
 * All entries by kind and value; networks by what their addresses have in common, and the lengths that occur. What was found of an
 * address is kept: many tuples share one.
 */
function* indexOf(lists) {
  const exact = new Map();
  const kinds = new Set();
  const lengths = new Set();
  let count = 0;
  for (const list of lists.values()) {
    for (const entry of list.entries) {
      if (++count % BLOCK === 0) yield;
      const network = entry.kind === 'network' ? parseNetwork(entry.value) : entry.kind === 'address' && addressAsNetwork(entry.value);
      if (entry.kind === 'network') lengths.add(network.length);
      const key = `${entry.kind} ${network ? networkKey(network, network.length) : entry.value}`;
      kinds.add(entry.kind);
      if (exact.has(key)) exact.get(key).push({ list, entry });
      else exact.set(key, [{ list, entry }]);
    }
  }
  return { lists, exact, kinds, lengths, names: ['name', 'domain', 'below'].some((kind) => kinds.has(kind)), addresses: new Map() };
}

function addressAsNetwork(text) {
  const address = parseAddress(text);
  return { ...address, length: address.bits };
}

function update(held) {
  lists = new Map(held.map((list) => [list.name, list]));
  changed();
}

/** Entries as they are kept: each its line, itself as a list has it, its note. */
function* packed(entries) {
  const rows = [];
  for (const { line, kind, value, port, note } of entries) {
    const start = { domain: '.', below: '*.' }[kind] ?? '';
    const written = port === undefined ? value : value.includes(':') ? `[${value}]:${port}` : `${value}:${port}`;
    if (rows.push(JSON.stringify([line, start + written, note])) % BLOCK === 0) yield;
  }
  return `[${rows.join()}]`;
}

/** Lists of this visit that could not be kept, and the kept ones, which are checked as a list is: other pages of the same host share the store. */
function* load() {
  const found = indicatorLists().filter(({ kept }) => !kept);
  for (const key of keptNames(PREFIX)) {
    const rows = kept(key);
    const entries = [];
    for (const row of Array.isArray(rows) ? rows : []) {
      const entry = unpacked(row);
      if (entry && entries.push(entry) % BLOCK === 0) yield;
    }
    if (entries.length) found.push({ name: key.slice(PREFIX.length), entries, unread: [], kept: true });
  }
  return found;
}

function unpacked(row) {
  const [line, text, note] = Array.isArray(row) ? row : [];
  const sound = Number.isInteger(line) && typeof text === 'string' && typeof note === 'string';
  const indicator = sound && indicatorOf(text);
  return indicator ? { line, ...indicator, note } : undefined;
}
