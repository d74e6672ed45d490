// Actions on several inputs at once: all as one, two side by side, a profile of normal ones; and what the reader notes of them.

import { download } from '../browser/download.ts';
import { FIRST_COLUMNS } from '../model/columns.ts';
import { caseText } from '../model/notes.ts';
import { t, visible } from '../text.ts';
import { MOST_PROFILE_BYTES } from './baseline.ts';
import { comparable, pairOf } from './compare.ts';
import type { Input, View } from './input.ts';
import { allNotes, changeNote, notesAreSaved } from './notes.ts';
import type { State } from './state.ts';

/** What of the store they use. */
interface Store {
  state: State;
  changed(): void;
  show(input: Input): void;
  changeView(change: Partial<View>): void;
  say(text: string): void;
}

export function togetherActions({ state, changed, show, changeView, say }: Store) {
  return {
    note: changeNote,
    /** Saves the reader's notes, with the inputs that they are of. */
    saveCase(): void {
      const inputs = state.queue.inputs.map(({ name, size }) => ({ name, size }));
      download(
        new Blob([caseText(allNotes(), inputs, new Date())], { type: 'application/json' }),
        'hushcap-case.json',
      );
      notesAreSaved();
      changed();
    },
    baseline: () => state.baseline.state,
    calibrate: (inputs: readonly Input[], share: number) =>
      state.baseline.learn(inputs, share, t('baseline.name', { count: inputs.length, n: inputs.length })),
    async loadProfile([file]: File[]): Promise<void> {
      if (file.size > MOST_PROFILE_BYTES)
        say(t('lists.problem.size', { name: visible(file.name), most: MOST_PROFILE_BYTES / 1e6 }));
      else state.baseline.load(file.name, await file.text());
    },
    saveProfile(): void {
      const { profile } = state.baseline;
      if (profile) download(new Blob([profile.text], { type: 'application/json' }), 'hushcap-profile.json');
    },
    removeProfile: () => state.baseline.remove(),
    /** Shows the destinations that pass a filter, with the verdict by the profile. */
    showNetwork(filter: string): void {
      const columns = state.shown?.shown?.view.columns ?? FIRST_COLUMNS;
      const shown = columns.includes('network') ? columns : ['verdict', 'network', ...columns.slice(1)];
      changeView({ tab: undefined, filter, columns: shown });
    },
    comparable: () => comparable(state.queue.inputs),
    pairOf: (input: Input, view: View) => pairOf(state.queue.inputs, input, view),
    /** Where a row of all inputs comes from. */
    originsOf: (index: number) => state.whole.originsOf(index),
    /** Looks at one destination of an input. */
    showRow(input: Input, index: number): void {
      show(input);
      changeView({ tab: undefined, filter: '', brush: undefined, selected: index, details: true });
    },
  };
}
