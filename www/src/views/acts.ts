// What can be done with a destination: note how far one is with it, copy it for a ticket, take it to other tools.

import { html } from 'lit-html';
import { keyed } from 'lit-html/directives/keyed.js';
import { live } from 'lit-html/directives/live.js';
import { LONGEST_NOTE, type Note, STATUSES } from '../model/notes.ts';
import type { Ends } from '../model/report.ts';
import { keyOf } from '../model/tuples.ts';
import type { Shown } from '../state/input.ts';
import type { Actions } from '../state/store.ts';
import { t } from '../text.ts';
import type { On } from './events.ts';
import { arrowDown, clip } from './icons.ts';

export function acts(shown: Shown, selected: number, actions: Actions) {
  const { result, marks } = shown.found;
  const tuple = result.outline.tuples[selected];
  return html`
    <div class="acts" role="group" aria-label=${t('acts.title')}>
      <div class="buttons">
        <button class="button" @click=${() => actions.ticket(shown, selected)}>${clip}${t('acts.ticket')}</button>
        <button class="button" @click=${() => actions.view({ tab: 'exports', scope: 'selected' })}>${arrowDown}${t('acts.export')}</button>
      </div>
      ${keyed(keyOf(tuple), noted(tuple, marks.notes.get(selected)?.[0], actions))}
    </div>
  `;
}

/** The fields of a note: those of another destination are others, and what is typed stays while the page is drawn. */
function noted(ends: Ends, held: Note | undefined, actions: Actions) {
  const shown = held?.status ?? 'new';
  return html`
    <div class="noted">
      <select aria-label=${t('note.status')} .value=${live(shown)} @change=${(event: On<HTMLSelectElement>) => actions.note(ends, { status: STATUSES.find((status) => status === event.target.value) ?? 'new' })}>
        ${STATUSES.map((status) => html`<option value=${status} ?selected=${status === shown}>${t(`note.status.${status}`)}</option>`)}
      </select>
      <input type="text" aria-label=${t('note.text')} placeholder=${t('note.text')} maxlength=${LONGEST_NOTE} .value=${held?.text ?? ''} @change=${(event: On<HTMLInputElement>) => actions.note(ends, { text: event.target.value })} />
    </div>
  `;
}
