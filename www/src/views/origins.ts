// The inputs that a destination of a case is in, each of which leads to it there.

import { html, nothing } from 'lit-html';
import { verdictOf } from '../model/tuples.ts';
import { resultOf, type Shown } from '../state/input.ts';
import type { Actions } from '../state/store.ts';
import { labelled, score, t, visible } from '../text.ts';
import { verdictIcons } from './icons.ts';

/** Inputs listed. */
const LISTED = 40;

export function origins({ input }: Shown, selected: number, actions: Actions) {
  if (input.kind !== 'case') return nothing;
  const all = actions.originsOf(selected);
  return html`
    <div class="origins">
      <h3>${t('case.seen_in', { count: all.length })}</h3>
      <ul>
        ${all.slice(0, LISTED).map(({ input, index }) => {
          const result = resultOf(input);
          if (!result) return nothing;
          return html`<li><button class="link" @click=${() => actions.showRow(input, index)}>${visible(input.name)}</button> ${verdictIcons[verdictOf(result, index)]} ${labelled(t(`verdict.${verdictOf(result, index)}`), score(result.score(index)))}</li>`;
        })}
      </ul>
      ${all.length > LISTED ? html`<p class="hint">${t('marks.more', { n: all.length - LISTED })}</p>` : nothing}
    </div>
  `;
}
