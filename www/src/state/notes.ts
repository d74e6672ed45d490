// The reader's notes of destinations. They live for the visit and in the case file that the reader saves: the browser keeps none.

import type { Note, Notes } from '../model/notes.ts';
import { withNote } from '../model/notes.ts';
import type { Ends } from '../model/report.ts';
import { keyOf } from '../model/tuples.ts';

let notes: Notes = new Map();
let saved: Notes = notes;
let changed = () => {};

export function whenNotesChange(listener: () => void): void {
  changed = listener;
}

export const allNotes = (): Notes => notes;

export const noteOf = (ends: Ends): Note | undefined => notes.get(keyOf(ends));

/** Whether something was noted that no file holds. */
export const areUnsaved = (): boolean => notes !== saved;

/** Changes what is noted of a destination. */
export function changeNote(ends: Ends, change: Partial<Pick<Note, 'status' | 'text'>>): void {
  const { orig_h, resp_h, resp_p, proto } = ends;
  const fresh: Note = { orig_h, resp_h, resp_p, proto, status: 'new', text: '' };
  notes = withNote(notes, { ...(noteOf(ends) ?? fresh), ...change });
  changed();
}

/** Adds the notes of a file; those of the same destination make way. */
export function addNotes(more: readonly Note[]): void {
  const wasSaved = !notes.size;
  notes = new Map([...notes, ...more.map((note): [string, Note] => [keyOf(note), note])]);
  if (wasSaved) saved = notes;
  changed();
}

export function notesAreSaved(): void {
  saved = notes;
}
