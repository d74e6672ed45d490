// What a screen reader is told of an input: what has become of it, and each quarter of the way.

import { UNMARKED } from '../model/marks.ts';
import { summaryText } from '../model/summary.ts';
import { labelled, percent, t, visible } from '../text.ts';
import { type Input, shareRead } from './input.ts';
import type { State } from './state.ts';

export function announce(state: State, input: Input): void {
  const { status, shown, name } = input;
  const quarter = Math.floor(4 * shareRead(input));
  const news = status.is === 'running' ? String(quarter) : status.is;
  if (input.announced === news || (status.is === 'running' && !quarter)) return;
  // Of one that is looked at, what is told is what is shown.
  if (status.is === 'done' && input === state.shown && shown?.view.found?.result !== status.result) return;
  input.announced = news;
  state.announced = labelled(visible(name), told(input, quarter));
}

function told({ status, shown }: Input, quarter: number): string {
  if (status.is === 'running') return percent(quarter / 4);
  if (status.is !== 'done') return t(`status.${status.is}`);
  const { result } = status;
  const found = shown?.view.found;
  // Of an input that nobody has looked at yet the marks of the reader's lists are not known.
  return summaryText(
    found?.result === result ? found : { result, threshold: shown?.view.threshold, marks: UNMARKED },
  );
}
