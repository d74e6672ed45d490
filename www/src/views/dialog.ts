// A panel over the page; one at a time, by its name in `state.dialog`.

import { html, nothing } from 'lit-html';
import { ref } from 'lit-html/directives/ref.js';
import { t } from '../text.ts';
import { cross } from './icons.ts';

export function dialog(state, actions, name, title, content) {
  const shown = state.dialog === name;
  const opened = (element) => {
    if (!element) return;
    // When its content stands, so that the focus goes to its first button.
    if (shown && !element.open) queueMicrotask(() => !element.open && element.showModal());
    if (!shown && element.open) element.close();
  };
  const close = () => state.dialog === name && actions.dialog(undefined);
  return html`
    <dialog class="panel" aria-labelledby="${name}-title" ${ref(opened)} @close=${close} @click=${(event) => event.target === event.currentTarget && close()}>
      ${shown
        ? html`<div>
            <header>
              <h2 id="${name}-title">${title}</h2>
              <button class="quiet" @click=${close} aria-label=${t('page.close')}>${cross}</button>
            </header>
            ${content()}
          </div>`
        : nothing}
    </dialog>
  `;
}
