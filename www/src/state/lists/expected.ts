// What the reader has marked as expected: server names, certificates and destinations. It never changes a verdict.

import { forget, keep, kept } from '../../browser/kept.ts';
import type { Expected, ExpectedKind } from '../../model/marks.ts';
import { canonicalName, parseAddress } from '../../model/network.ts';
import type { TupleOutline } from '../../model/report.ts';
import { destination } from '../../model/tuples.ts';

export const KINDS: readonly ExpectedKind[] = ['server', 'certificate', 'destination'];

const NAME = 'expected';
/** By kind and value. */
type Entries = Map<string, Expected>;

/** Most entries; an import may hold any number. */
const MOST = 100_000;

let entries = load();
/** Entries as they were before each change of this visit, the last one last. */
const past: Entries[] = [];
let lasting = true;
let changed = () => {};

/** Has `listener` called after each change. */
export function whenExpectedChanges(listener: () => void): void {
  changed = listener;
}

/** Entries as `{kind, value}`, in the order in which they were made. */
export const expectedEntries = () => [...entries.values()];

/** Whether the browser could keep the last change. */
export const expectedIsKept = () => lasting;

/** What a tuple could be marked by: values by kind. */
export function markable(tuple: TupleOutline): Record<ExpectedKind, string[]> {
  return {
    server: tuple.server_names.map(canonicalName),
    certificate: tuple.fingerprints.certificate,
    destination: [destination(tuple)],
  };
}

/**
 * Entries by which a tuple is expected; none where it is not. Of names and certificates all that it has must be listed: one that
 * is not could be anyone's.
 */
export function expectedBy(tuple: TupleOutline): Expected[] {
  if (!entries.size) return [];
  const values = markable(tuple);
  return KINDS.flatMap((kind) => {
    const found = values[kind].map((value) => entries.get(keyOf(kind, value)));
    return found.every((entry) => entry !== undefined) ? found : [];
  });
}

/** Whether all values of a kind are marked. */
export const areExpected = (kind: ExpectedKind, values: string[]) =>
  values.every((value) => entries.has(keyOf(kind, value)));

/** Marks values of one kind, or takes the marks back where all of them have it. */
export function toggleExpected(kind: ExpectedKind, values: string[]): void {
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
export function undoExpected(): void {
  entries = past.pop() ?? entries;
  save();
}

/** All entries, to be read in again here or elsewhere. */
export function exportExpected(): Blob {
  return new Blob([`${JSON.stringify(written(), null, 2)}\n`], { type: 'application/json' });
}

/** Adds the entries of an export: `{added, refused}`, how many were new and how many are none; `undefined` where it is not an export. */
export function importExpected(text: string): { added: number; refused: number } | undefined {
  const found = parsed(text);
  if (!found) return undefined;
  const next = new Map(entries);
  const sound = found.flatMap(entryOf);
  for (const entry of sound.slice(0, MOST - next.size)) next.set(keyOf(entry.kind, entry.value), entry);
  const added = next.size - entries.size;
  if (added) change(next);
  return { added, refused: found.length - sound.length };
}

/** Reads what is kept again, after another window has changed it. */
export function reloadExpected(): void {
  entries = load();
}

function change(next: Entries): void {
  past.push(entries);
  entries = next;
  save();
}

function save(): void {
  if (entries.size) lasting = keep(NAME, written());
  else {
    forget(NAME);
    lasting = true;
  }
  changed();
}

const written = () => ({ hushcap: 'expected', version: 1, entries: expectedEntries() });

/** What is kept is checked as an import is: other pages of the same host share the store. */
function load(): Entries {
  const found = (listOf(kept(NAME)) ?? []).flatMap(entryOf).slice(0, MOST);
  return new Map(found.map((entry) => [keyOf(entry.kind, entry.value), entry]));
}

function parsed(text: string): unknown[] | undefined {
  try {
    return listOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function listOf(value: unknown): unknown[] | undefined {
  const { hushcap, entries } = (value ?? {}) as { hushcap?: unknown; entries?: unknown };
  return hushcap === 'expected' && Array.isArray(entries) ? entries : undefined;
}

/** What an entry of an export says, as one entry; none where it is unsound. */
function entryOf(found: unknown): Expected[] {
  const { kind: named, value } = (found ?? {}) as { kind?: unknown; value?: unknown };
  const kind = KINDS.find((kind) => kind === named);
  if (!kind || typeof value !== 'string' || value.length > 1000) return [];
  const canonical = { server: canonicalName, certificate: canonicalPrint, destination: canonicalDestination }[
    kind
  ](value);
  return canonical ? [{ kind, value: canonical }] : [];
}

function canonicalPrint(text: string): string | undefined {
  const hex = text.toLowerCase().replaceAll(':', '');
  return /^[0-9a-f]{64}$/.test(hex) ? hex : undefined;
}

function canonicalDestination(text: string): string | undefined {
  const [, address, port] = /^\[?(.+?)\]?:(\d{1,5})$/.exec(text) ?? [];
  return parseAddress(address ?? '') && Number(port) < 65536 ? text.toLowerCase() : undefined;
}

function keyOf(kind: ExpectedKind, value: string): string {
  return `${kind} ${value}`;
}
