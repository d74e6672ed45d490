// What the reader's own lists say of the tuples of a result.

import type { Place } from './lists/places.ts';
import type { Entry, UnreadLine } from './lists/read.ts';
import type { Note } from './notes.ts';

export type ExpectedKind = 'server' | 'certificate' | 'destination';

/** Something that the reader has marked as expected. */
export interface Expected {
  kind: ExpectedKind;
  value: string;
}

/** A list of indicators; whether the browser keeps it, and what of it was not understood. */
export interface IndicatorList {
  name: string;
  entries: Entry[];
  unread: UnreadLine[];
  kept: boolean;
}

/** Which of a tuple's values an indicator names. */
export type MatchedBy = 'server' | 'destination' | 'source' | 'ja3' | 'ja3s' | 'ja4' | 'certificate';

/** An entry that names something of a tuple, and what the tuple has there. */
export interface Match {
  list: IndicatorList;
  entry: Entry;
  of: MatchedBy;
  value: string;
}

/** By a tuple's place, the entries by which it is expected, those that name something of it, and what the reader notes of it; and what is known of addresses. */
export interface Marks {
  expected: Map<number, Expected[]>;
  matches: Map<number, Match[]>;
  notes: Map<number, Note[]>;
  placeOf(address: string): Place;
}

/** Marks of a result before any are found. */
export const UNMARKED: Marks = {
  expected: new Map(),
  matches: new Map(),
  notes: new Map(),
  placeOf: () => ({}),
};
