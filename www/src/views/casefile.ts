// The case file, in the panel of the reader's own lists: what was noted of destinations, saved and opened again.

import { html, nothing } from 'lit-html';
import { allNotes, areUnsaved } from '../state/notes.ts';
import type { Actions } from '../state/store.ts';
import { t } from '../text.ts';
import { chooser } from './frame.ts';
import { arrowDown } from './icons.ts';

export function caseFile(actions: Actions) {
  const { size } = allNotes();
  return html`
    <section class="case">
      <h3>${t('case.title', { n: size })}</h3>
      <p class="hint">${t('case.text')}</p>
      ${size && areUnsaved() ? html`<p class="hint">${t('case.unsaved')}</p>` : nothing}
      <div class="buttons">
        <button class="button" data-export="case" ?disabled=${!size} @click=${actions.saveCase}>${arrowDown}${t('case.save')}</button>
        ${chooser('case', 'button', t('case.open'), (files) => actions.importLists(files, 'case'))}
      </div>
    </section>
  `;
}
