// What the reader notes of destinations, and the case file that holds it.
//
// A case file is JSON: {hushcap: "case", version: 1, made, inputs, notes}. It may come from anyone: what is not sound is left out and counted.

import type { Proto } from '../generated/report.ts';
import { parseAddress } from './network.ts';
import type { Ends } from './report.ts';
import { keyOf } from './tuples.ts';

export const STATUSES = ['new', 'checked', 'expected', 'confirmed'] as const;
export type NoteStatus = (typeof STATUSES)[number];

/** Of one destination: how far the reader is with it, and what there is to say. */
export interface Note extends Ends {
  status: NoteStatus;
  text: string;
}

/** Notes by what names their destinations (`keyOf`). */
export type Notes = ReadonlyMap<string, Note>;

/** An input as the file tells of it, so that another reader knows what to open. */
export interface CaseInput {
  name: string;
  size: number;
}

const VERSION = 1;
/** Notes and inputs of a file, and characters of a note. */
const MOST = 100_000;
const MOST_INPUTS = 1000;
export const LONGEST_NOTE = 4000;

export function caseText(notes: Notes, inputs: CaseInput[], made: Date): string {
  const head = { hushcap: 'case', version: VERSION, made: made.toISOString(), inputs };
  return `${JSON.stringify({ ...head, notes: [...notes.values()] }, null, 1)}\n`;
}

export interface ReadCase {
  notes: Note[];
  inputs: CaseInput[];
  /** Entries that are not sound. */
  refused: number;
  /** The version of the file where it is not the one that can be read; nothing is read of it then. */
  otherVersion: unknown;
}

/** Reads a file; `undefined` where it is no case file. */
export function readCase(text: string): ReadCase | undefined {
  const { hushcap, version, notes, inputs } = fieldsOf(parsed(text));
  if (hushcap !== 'case' || !Array.isArray(notes)) return undefined;
  if (version !== VERSION) return { notes: [], inputs: [], refused: 0, otherVersion: version ?? null };
  const sound = notes.slice(0, MOST).flatMap((note) => noteFrom(note) ?? []);
  const named = Array.isArray(inputs) ? inputs.slice(0, MOST_INPUTS).flatMap(inputFrom) : [];
  return { notes: sound, inputs: named, refused: notes.length - sound.length, otherVersion: undefined };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const fieldsOf = (value: unknown): Record<string, unknown> =>
  value && typeof value === 'object' ? { ...value } : {};

const PROTOS: readonly string[] = ['tcp', 'udp', 'icmp', 'unknown_transport'] satisfies Proto[];

function noteFrom(value: unknown): Note | undefined {
  const { orig_h, resp_h, resp_p, proto, status, text } = fieldsOf(value);
  const isAddress = (text: unknown): text is string =>
    typeof text === 'string' && text.length < 64 && parseAddress(text) !== undefined;
  const known = STATUSES.find((one) => one === status);
  const port = Number(resp_p);
  if (!isAddress(orig_h) || !isAddress(resp_h) || !known || typeof text !== 'string') return undefined;
  if (typeof resp_p !== 'number' || !Number.isInteger(port) || port < 0 || port > 65535) return undefined;
  if (typeof proto !== 'string' || !PROTOS.includes(proto)) return undefined;
  return {
    orig_h,
    resp_h,
    resp_p: port,
    proto: proto as Proto,
    status: known,
    text: text.slice(0, LONGEST_NOTE),
  };
}

function inputFrom(value: unknown): CaseInput[] {
  const { name, size } = fieldsOf(value);
  return typeof name === 'string' && typeof size === 'number' && size >= 0
    ? [{ name: name.slice(0, 400), size }]
    : [];
}

/** Notes with one more, or without it where it says nothing. */
export function withNote(notes: Notes, note: Note): Notes {
  const next = new Map(notes);
  if (note.status === 'new' && !note.text.trim()) next.delete(keyOf(note));
  else next.set(keyOf(note), note);
  return next;
}
