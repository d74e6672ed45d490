// What was read of files beside the captures, where the reader looks: above what is shown, and in the panel.

import { html, nothing } from 'lit-html';
import type { State } from '../state/state.ts';
import type { Actions } from '../state/store.ts';
import { t } from '../text.ts';
import { cross } from './icons.ts';

export const notices = (texts: readonly string[]) =>
  texts.length
    ? html`<div class="taken" role="status">${texts.map((text) => html`<p>${text}</p>`)}</div>`
    : nothing;

export function noticeBar({ notices: texts, dialog }: State, actions: Actions) {
  // An open panel tells it itself.
  if (!texts.length || dialog) return nothing;
  return html`
    <div class="notices">
      ${notices(texts)}
      <button class="quiet" aria-label=${t('page.close')} @click=${actions.closeNotices}>${cross}</button>
    </div>
  `;
}
