// What the reader is asked before the page that shows this one in a frame has a file analysed.

import { html } from 'lit-html';
import type { State } from '../state/state.ts';
import type { Actions } from '../state/store.ts';
import { bytes, t, visible } from '../text.ts';
import { dialog } from './dialog.ts';
import type { On } from './events.ts';

export function consent(state: State, actions: Actions) {
  const refuse = () => actions.consent(false, false);
  // No form: the host's sandbox may forbid them.
  const allow = ({ target }: On<HTMLElement>) =>
    actions.consent(true, target.closest('.ask')?.querySelector('input')?.checked === true);
  return dialog(state, refuse, 'consent', t('consent.title'), () => {
    if (!state.asked) return html``;
    const { origin, name, bytes: content, wantsReport } = state.asked;
    return html`
      <p>${t('consent.text', { origin: visible(origin) })}</p>
      <dl class="facts">
        <div><dt>${t('consent.name')}</dt><dd>${visible(name)}</dd></div>
        <div><dt>${t('consent.size')}</dt><dd>${bytes(content.byteLength)}</dd></div>
      </dl>
      <div class="ask">
        ${
          wantsReport
            ? html`<p><label><input type="checkbox" /> ${t('consent.report', { origin: visible(origin) })}</label></p>`
            : html`<p>${t('consent.nothing')}</p>`
        }
        <p class="buttons">
          <button class="button primary" @click=${allow}>${t('consent.allow')}</button>
          <button class="button" @click=${refuse}>${t('consent.refuse')}</button>
        </p>
      </div>
    `;
  });
}
