// An input that gave no result: unreadable, crashed or cancelled; why, and what to do.

import { html } from 'lit-html';
import { failureText } from '../model/failure.ts';
import { t, visible } from '../text.ts';
import { chooser } from './frame.ts';
import { flask, warning } from './icons.ts';

export function ended(input, actions) {
  const { status } = input;
  return html`
    <section class="card end ${status}" role="alert">
      <h1>${warning}<span>${t(`end.${status}`, { name: visible(input.name) })}</span></h1>
      ${input.lab ? html`<p><span class="tag">${flask}${t('start.laboratory')}</span></p>` : ''}
      ${input.failure ? html`<p class="message">${visible(failureText(input.failure))}</p>` : ''}
      <p class="hint">${t(`end.${status}.hint`)}</p>
      <p class="buttons">
        ${chooser('captures', 'button primary', t('end.other'), actions.openFiles)}
        ${status === 'failed'
          ? ''
          : html`<button class="button" @click=${() => actions.again(input)}>${t('end.again')}</button>`}
        <button class="button" @click=${() => actions.remove(input)}>${t('end.remove')}</button>
      </p>
    </section>
  `;
}
