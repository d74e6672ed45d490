// What the reader has marked as expected: server names, certificates and destinations. It never changes a verdict.

import { canonicalName, parseAddress } from '../../model/network.ts';
import { destination } from '../../model/tuples.ts';
import { forget, keep, kept } from './kept.ts';

export const KINDS = ['server', 'certificate', 'destination'];

const NAME = 'expected';
/** Most entries; an import may hold any number. */
const MOST = 100_000;

let entries = load();
/** Entries as they were before each change of this visit, the last one last. */
const past = [];
let lasting = true;
let changed = () => {};

/** Has `listener` called after each change. */
export function whenExpectedChanges(listener) {
  changed = listener;
}

/** Entries as `{kind, value}`, in the order in which they were made. */
export const expectedEntries = () => [...entries.values()];

/** Whether the browser could keep the last change. */
export const expectedIsKept = () => lasting;

/** What a tuple could be marked by: values by kind. */
export function markable(tuple) {
  return { server: tuple.server_names.map(canonicalName), certificate: tuple.fingerprints.certificate, destination: [destination(tuple)] };
}

/**
 * Entries by which a tuple is expected; none where it is not. Of names and certificates all that it has must be listed: one that
 * is not could be anyone's.
 */
export function expectedBy(tuple) {
  if (!entries.size) return [];
  return Object.entries(markable(tuple)).flatMap(([kind, values]) => {
    const found = values.map((value) => entries.get(keyOf(kind, value)));
    return found.length && found.every(Boolean) ? found : [];
  });
}

/** Whether all values of a kind are marked. */
export const areExpected = (kind, values) => values.every((value) => entries.has(keyOf(kind, value)));

/** Marks values of one kind, or takes the marks back where all of them have it. */
export function toggleExpected(kind, values) {
  const marked = areExpected(kind, values);
  const next = new Map(entries);
  for (const value of values) {
    if (marked) next.delete(keyOf(kind, value));
    else next.set(keyOf(kind, value), { kind, value });
  }
  change(next);
}

export const canUndo = () => past.length > 0;

/** Takes the last change of this visit back. */
export function undoExpected() {
  entries = past.pop();
  save();
}

/** All entries, to be read in again here or elsewhere. */
export function exportExpected() {
  return new Blob([`${JSON.stringify(written(), null, 2)}\n`], { type: 'application/json' });
}

/** Adds the entries of an export: `{added, refused}`, how many were new and how many are none; `undefined` where it is no export. */
export function importExpected(text) {
  const found = parsed(text);
  if (!found) return undefined;
  const next = new Map(entries);
  const sound = found.map(entryOf).filter(Boolean);
  for (const entry of sound.slice(0, MOST - next.size)) next.set(keyOf(entry.kind, entry.value), entry);
  const added = next.size - entries.size;
  if (added) change(next);
  return { added, refused: found.length - sound.length };
}

/** Reads anew what is kept, after another window has changed it. */
export function reloadExpected() {
  entries = load();
}

function change(next) {
  past.push(entries);
  entries = next;
  save();
}

function save() {
  lasting = entries.size ? keep(NAME, written()) : (forget(NAME), true);
  changed();
}

const written = () => ({ hushcap: 'expected', version: 1, entries: expectedEntries() });

/** What is kept is checked as an import is: other pages of the same host share the store. */
function load() {
  const found = (listOf(kept(NAME)) ?? []).map(entryOf).filter(Boolean).slice(0, MOST);
  return new Map(found.map((entry) => [keyOf(entry.kind, entry.value), entry]));
}

function parsed(text) {
  try {
    return listOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function listOf(value) {
  return value?.hushcap === 'expected' && Array.isArray(value.entries) ? value.entries : undefined;
}

function entryOf(found) {
  const { kind, value } = found ?? {};
  if (!KINDS.includes(kind) || typeof value !== 'string' || value.length > 1000) return undefined;
  const canonical = { server: canonicalName, certificate: canonicalPrint, destination: canonicalDestination }[kind](value);
  return canonical && { kind, value: canonical };
}

function canonicalPrint(text) {
  const hex = text.toLowerCase().replaceAll(':', '');
  return /^[0-9a-f]{64}$/.test(hex) ? hex : undefined;
}

function canonicalDestination(text) {
  const [, address, port] = /^\[?(.+?)\]?:(\d{1,5})$/.exec(text) ?? [];
  return parseAddress(address ?? '') && Number(port) < 65536 ? text.toLowerCase() : undefined;
}

function keyOf(kind, value) {
  return `${kind} ${value}`;
}
