// An input that gave no result: unreadable, crashed or cancelled; why, and what to do.

import { html } from 'lit-html';
import { hasText, phrase, t, visible } from '../text.js';
import { chooser } from './frame.js';
import { flask, warning } from './icons.js';

export function ended(input, actions) {
  const { status } = input;
  return html`
    <section class="card end ${status}" role="alert">
      <h1>${warning}<span>${t(`end.${status}`, { name: visible(input.name) })}</span></h1>
      ${input.lab ? html`<p><span class="tag">${flask}${t('start.laboratory')}</span></p>` : ''}
      ${input.failure ? html`<p class="message">${sentence(input.failure)}</p>` : ''}
      <p class="hint">${t(`end.${status}.hint`)}</p>
      <p class="buttons">
        ${chooser('button primary', t('end.other'), actions)}
        ${status === 'failed'
          ? ''
          : html`<button class="button" @click=${() => actions.again(input)}>${t('end.again')}</button>`}
        <button class="button" @click=${() => actions.remove(input)}>${t('end.remove')}</button>
      </p>
    </section>
  `;
}

/** What the program says, in the page's language where its kind is known; else as it came. It begins small and ends without a stop. */
function sentence({ message, kind, parts }) {
  const own = kind && hasText(`error.${kind}`) ? t(`error.${kind}`, Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, phrase(part)]))) : message;
  const text = own.charAt(0).toUpperCase() + own.slice(1);
  return /[.!?。！？]$/.test(text) ? text : `${text}${t('page.stop')}`;
}
