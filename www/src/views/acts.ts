// What can be done with a destination: note how far one is with it, copy it for a ticket, take it to other tools.

import { html } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { LONGEST_NOTE, type Note, STATUSES } from '../model/notes.ts';
import type { Shown } from '../state/input.ts';
import type { Actions } from '../state/store.ts';
import { t } from '../text.ts';
import type { On } from './events.ts';
import { arrowDown, clip } from './icons.ts';

export function acts(shown: Shown, selected: number, actions: Actions) {
  const { result, marks } = shown.found;
  const { orig_h, resp_h, resp_p, proto } = result.outline.tuples[selected];
  const [held = { orig_h, resp_h, resp_p, proto, status: 'new', text: '' } satisfies Note] =
    marks.notes.get(selected) ?? [];
  const change = (more: Partial<Note>) => actions.note({ ...held, ...more });
  return html`
    <div class="acts" role="group" aria-label=${t('acts.title')}>
      <div class="buttons">
        <button class="button" @click=${() => actions.ticket(shown, selected)}>${clip}${t('acts.ticket')}</button>
        <button class="button" @click=${() => actions.view({ tab: 'exports', scope: 'selected' })}>${arrowDown}${t('acts.export')}</button>
      </div>
      <div class="noted">
        <select aria-label=${t('note.status')} .value=${live(held.status)} @change=${(event: On<HTMLSelectElement>) => change({ status: STATUSES.find((status) => status === event.target.value) ?? 'new' })}>
          ${STATUSES.map((status) => html`<option value=${status} ?selected=${status === held.status}>${t(`note.status.${status}`)}</option>`)}
        </select>
        <input type="text" aria-label=${t('note.text')} placeholder=${t('note.text')} maxlength=${LONGEST_NOTE} .value=${live(held.text)} @change=${(event: On<HTMLInputElement>) => change({ text: event.target.value })} />
      </div>
    </div>
  `;
}
