// The files of organisations and countries, in the panel of the reader's own lists.

import { html } from 'lit-html';
import { placesText } from '../state/lists/import.ts';
import { placeFiles } from '../state/lists/places.ts';
import type { Actions } from '../state/store.ts';
import { t, visible } from '../text.ts';
import { chooser } from './frame.ts';
import { cross } from './icons.ts';

export function places(actions: Actions) {
  return html`
    <section class="places">
      <h3>${t('places.title')}</h3>
      <p class="hint">${t('places.text')}</p>
      <ul class="entries">
        ${placeFiles().map(
          (file) => html`
            <li>
              <span>${placesText(file)}</span>
              <button class="quiet" aria-label=${t('lists.remove', { name: visible(file.name) })} @click=${() => actions.removePlaces(file.name)}>${cross}</button>
            </li>
          `,
        )}
      </ul>
      <div class="buttons">${chooser('places', 'button', t('places.import'), (files) => actions.importLists(files, 'places'))}</div>
    </section>
  `;
}
