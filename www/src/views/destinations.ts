// The table of 4-tuples with plots and filter above it, and beside it the details of the chosen one.

import { html, nothing } from 'lit-html';
import type { Shown } from '../state/input.ts';
import type { Actions } from '../state/store.ts';
import { details } from './details.ts';
import { overview, toolbar } from './overview.ts';
import { tableOf } from './table.ts';

export function destinations(shown: Shown, actions: Actions) {
  const { view } = shown;
  return html`
    ${overview(shown, actions)}
    <div class="split ${view.details ? (view.log ? 'open wide' : 'open') : ''}">
      <div class="list">${toolbar(shown, actions)} ${tableOf(shown.input, actions).template(shown, actions)}</div>
      ${view.details && view.selected !== undefined ? details(shown, view.selected, actions) : nothing}
    </div>
  `;
}
