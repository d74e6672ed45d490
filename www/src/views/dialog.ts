// A panel over the page; one at a time, by its name in `state.dialog`.

import { html, nothing, type TemplateResult } from 'lit-html';
import { ref } from 'lit-html/directives/ref.js';
import type { Panel, State } from '../state/state.ts';
import { t } from '../text.ts';
import type { On } from './events.ts';
import { cross } from './icons.ts';

/** `dismiss` closes it. */
export function dialog(
  state: State,
  dismiss: () => void,
  name: Panel,
  title: string,
  content: () => TemplateResult,
) {
  const shown = state.dialog === name;
  const opened = (element: Element | undefined) => {
    if (!(element instanceof HTMLDialogElement)) return;
    // When its content stands, so that the focus goes to its first button.
    if (shown && !element.open) queueMicrotask(() => !element.open && element.showModal());
    if (!shown && element.open) element.close();
  };
  const close = () => state.dialog === name && dismiss();
  return html`
    <dialog class="panel" aria-labelledby="${name}-title" ${ref(opened)} @close=${close} @click=${(event: On<HTMLDialogElement>) => event.target === event.currentTarget && close()}>
      ${
        shown
          ? html`<div>
            <header>
              <h2 id="${name}-title">${title}</h2>
              <button class="quiet" @click=${close} aria-label=${t('page.close')}>${cross}</button>
            </header>
            ${content()}
          </div>`
          : nothing
      }
    </dialog>
  `;
}
