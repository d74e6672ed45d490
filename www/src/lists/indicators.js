// Lists of indicators that the reader has imported, and what of a tuple they name. They never change a verdict.

import { canonicalName, networkKey, parseAddress, parseNetwork } from '../network.js';
import { forget, keep, kept, keptNames } from './kept.js';
import { indicatorOf, readIndicators } from './read.js';

const PREFIX = 'list.';
/** Bytes of a list; a longer file is refused. */
export const MOST_BYTES = 32e6;

/** Lists by name: `{name, entries, kept}`, and `unread` of those imported in this visit. */
let lists = load();
let index;
let changed = () => {};

/** Has `listener` called after each change. */
export function whenIndicatorsChange(listener) {
  changed = listener;
}

export const indicatorLists = () => [...lists.values()];

/** Whether some list names certificates by SHA-1. */
export const asksForSha1 = () => (index ??= indexOf(lists)).exact.size > 0 && index.kinds.has('sha1');

/** Reads a list and gives it; one of the same name makes way for it. */
export function importList(name, text) {
  const list = { name, ...readIndicators(text) };
  list.kept = keep(PREFIX + name, list.entries.map(packed));
  lists.delete(name);
  lists.set(name, list);
  update();
  return list;
}

export function removeList(name) {
  lists.delete(name);
  forget(PREFIX + name);
  update();
}

/** Reads anew what is kept, after another window has changed it. */
export function reloadLists() {
  lists = load();
  index = undefined;
}

/**
 * Entries that name something of a tuple, as `{list, entry, of, value}`: `of` is `server`, `destination`, `source`, `ja3`, `ja3s`, `ja4` or
 * `certificate`, and `value` what the tuple has there. `sha1s` has the SHA-1 of certificates by their SHA-256.
 */
export function matchesOf(tuple, sha1s) {
  if (!lists.size) return [];
  index ??= indexOf(lists);
  const { ja3, ja3s, ja4, certificate } = tuple.fingerprints;
  const matches = [];
  const found = (of, value, entries) => {
    for (const { list, entry } of entries) matches.push({ list, entry, of, value });
  };
  const exact = (of, kind, values) => {
    if (index.kinds.has(kind)) for (const value of values) found(of, value, exactly(kind, value));
  };
  for (const name of tuple.server_names) found('server', name, named(name));
  found('destination', tuple.resp_h, addressed(tuple.resp_h, tuple.resp_p));
  found('source', tuple.orig_h, addressed(tuple.orig_h));
  exact('ja3', 'ja3', ja3);
  exact('ja3s', 'ja3', ja3s);
  exact('ja4', 'ja4', ja4);
  exact('certificate', 'sha256', certificate);
  exact('certificate', 'sha1', certificate.map((print) => sha1s.get(print)).filter(Boolean));
  return matches;
}

const NONE = [];

const exactly = (kind, value) => (index.kinds.has(kind) ? (index.exact.get(`${kind} ${value}`) ?? NONE) : NONE);

/** Entries of a name: its own, and those of all names above it. */
function named(text) {
  const name = canonicalName(text);
  const found = [...exactly('name', name), ...exactly('domain', name)];
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const above = name.slice(dot + 1);
    found.push(...exactly('domain', above), ...exactly('below', above));
  }
  return found;
}

/** Entries of an address, and of its port where there is one. */
function addressed(text, port) {
  if (!index.lengths.size && !index.kinds.has('address')) return [];
  let found = index.addresses.get(text);
  if (!found) index.addresses.set(text, (found = ofAddress(parseAddress(text))));
  return found.length ? found.filter(({ entry }) => entry.port === undefined || entry.port === port) : found;
}

function ofAddress(address) {
  if (!address) return [];
  const networks = [...index.lengths].flatMap((length) => exactly('network', networkKey(address, length)));
  return [...exactly('address', networkKey(address, address.bits)), ...networks];
}

/**
 * All entries by kind and value; networks by what their addresses have in common, and the lengths that occur. What was found of an
 * address is kept: many tuples share one.
 */
function indexOf(lists) {
  const exact = new Map();
  const kinds = new Set();
  const lengths = new Set();
  for (const list of lists.values()) {
    for (const entry of list.entries) {
      const network = entry.kind === 'network' ? parseNetwork(entry.value) : entry.kind === 'address' && addressAsNetwork(entry.value);
      if (entry.kind === 'network') lengths.add(network.length);
      const key = `${entry.kind} ${network ? networkKey(network, network.length) : entry.value}`;
      kinds.add(entry.kind);
      if (exact.has(key)) exact.get(key).push({ list, entry });
      else exact.set(key, [{ list, entry }]);
    }
  }
  return { exact, kinds, lengths, addresses: new Map() };
}

function addressAsNetwork(text) {
  const address = parseAddress(text);
  return { ...address, length: address.bits };
}

function update() {
  index = undefined;
  changed();
}

/** An entry as it is kept: its line, itself as a list has it, its note. */
function packed({ line, kind, value, port, note }) {
  const start = { domain: '.', below: '*.' }[kind] ?? '';
  const written = port === undefined ? value : value.includes(':') ? `[${value}]:${port}` : `${value}:${port}`;
  return [line, start + written, note];
}

/** What is kept is checked as a list is: other pages of the same host share the store. */
function load() {
  const found = keptNames(PREFIX).map((key) => {
    const rows = kept(key);
    const entries = (Array.isArray(rows) ? rows : []).map(unpacked).filter(Boolean);
    return { name: key.slice(PREFIX.length), entries, unread: [], kept: true };
  });
  return new Map(found.filter(({ entries }) => entries.length).map((list) => [list.name, list]));
}

function unpacked(row) {
  const [line, text, note] = Array.isArray(row) ? row : [];
  const sound = Number.isInteger(line) && typeof text === 'string' && typeof note === 'string';
  const indicator = sound && indicatorOf(text);
  return indicator ? { line, ...indicator, note } : undefined;
}
