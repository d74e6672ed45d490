// An input that gave no result: unreadable, crashed or cancelled; why, and what to do.

import { html } from 'lit-html';
import type { Ended, Input } from '../state/input.ts';
import type { Actions } from '../state/store.ts';
import { failureText, t, visible } from '../text.ts';
import { chooser } from './frame.ts';
import { flask, warning } from './icons.ts';

export function ended(input: Input, status: Ended | { is: 'cancelled' }, actions: Actions) {
  return html`
    <section class="card end ${status.is}" role="alert">
      <h1>${warning}<span>${t(`end.${status.is}`, { name: visible(input.name) })}</span></h1>
      ${input.lab ? html`<p><span class="tag">${flask}${t('start.laboratory')}</span></p>` : ''}
      ${status.is === 'cancelled' ? '' : html`<p class="message">${visible(failureText(status.failure))}</p>`}
      <p class="hint">${t(`end.${status.is}.hint`)}</p>
      <p class="buttons">
        ${chooser('captures', 'button primary', t('end.other'), actions.openFiles)}
        ${
          status.is === 'failed'
            ? ''
            : html`<button class="button" @click=${() => actions.again(input)}>${t('end.again')}</button>`
        }
        <button class="button" @click=${() => actions.remove(input)}>${t('end.remove')}</button>
      </p>
    </section>
  `;
}
