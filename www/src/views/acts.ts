// What can be done with a destination: copy it for a ticket, take it to other tools.

import { html } from 'lit-html';
import type { Shown } from '../state/input.ts';
import type { Actions } from '../state/store.ts';
import { t } from '../text.ts';
import { arrowDown, clip } from './icons.ts';

export function acts(shown: Shown, selected: number, actions: Actions) {
  return html`
    <div class="buttons acts">
      <button class="button" @click=${() => actions.ticket(shown, selected)}>${clip}${t('acts.ticket')}</button>
      <button class="button" @click=${() => actions.view({ tab: 'exports', scope: 'selected' })}>${arrowDown}${t('acts.export')}</button>
    </div>
  `;
}
