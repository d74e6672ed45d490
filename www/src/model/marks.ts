// What the reader's own lists say of the tuples of a result.

import type { Entry, UnreadLine } from './lists/read.ts';

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

/** By a tuple's place, the entries by which it is expected, and those that name something of it. */
export interface Marks {
  expected: Map<number, Expected[]>;
  matches: Map<number, Match[]>;
}

/** Marks of a result before any are found. */
export const UNMARKED: Marks = { expected: new Map(), matches: new Map() };
