// The head of a place: the way back, what it is of, and one sentence.

import { html, type TemplateResult } from 'lit-html';
import type { Place } from '../../model/place.ts';
import type { Actions } from '../../state/store.ts';
import { t, visible } from '../../text.ts';
import { followed } from '../followed.ts';
import { back } from '../icons.ts';

/** `title` is what the value is called, where it is not shown itself. */
export function placeHead(
  { field, value }: Place,
  title: string | undefined,
  told: string | TemplateResult,
  actions: Actions,
  tools: unknown = '',
) {
  return html`
    <header class="place-head">
      <p class="way"><button class="link" @click=${() => actions.view({ place: undefined })}>${back}${t('place.back')}</button></p>
      <h2><span class="kind">${t(`place.${field}`)}</span> ${title ? html`<span>${title}</span>` : html`<span class=${field === 'host' ? '' : 'code'}>${visible(value)}</span>`}</h2>
      <p>${told}</p>
      <div class="tools">
        <span class="hint">${followed(field, value, actions, { text: t('place.filter'), click: actions.filterBy })}</span>${tools}
      </div>
    </header>
  `;
}
