// Header and footer.

import build from 'hushcap:build';
import { html, type TemplateResult } from 'lit-html';
import type { State } from '../state/state.ts';
import type { Actions } from '../state/store.ts';
import { currentLanguage, LANGUAGES, t } from '../text.ts';
import type { On } from './events.ts';
import { lists, lock, mark } from './icons.ts';

export function header(state: State, actions: Actions) {
  const other = currentLanguage() === 'en' ? 'zh' : 'en';
  return html`
    <header class="top ${state.queue.inputs.length ? 'busy' : ''}">
      <button class="brand" @click=${actions.start} aria-label=${t('page.home')}>${mark}<span>Hushcap</span></button>
      <div class="tools">
        <button class="quiet" @click=${() => actions.dialog('privacy')}>${lock}<span class="wide">${t('privacy.short')}</span><span class="narrow">${t('privacy.shorter')}</span></button>
        <button class="quiet" @click=${() => actions.dialog('lists')} aria-label=${t('lists.title')} title=${t('lists.title')}>${lists}<span class="wide">${t('lists.short')}</span></button>
        <button class="quiet" lang=${other} @click=${() => actions.language(other)}>${LANGUAGES[other]}</button>
        ${state.queue.inputs.length ? chooser('captures', 'button primary', html`<span class="wide">${t('start.open')}</span><span class="narrow">${t('start.open.short')}</span>`, actions.openFiles) : ''}
      </div>
    </header>
  `;
}

/** A button that opens the browser's file dialogue, for `what`. The input itself is what is focused and pressed. */
export function chooser(
  what: string,
  look: string,
  label: string | TemplateResult,
  chosen: (files: File[]) => void,
) {
  const change = (event: On<HTMLInputElement>) => {
    chosen([...(event.target.files ?? [])]);
    event.target.value = '';
  };
  return html`<label class="chooser ${look}"><input type="file" multiple data-choose=${what} @change=${change} />${label}</label>`;
}

export function footer() {
  return html`
    <footer class="bottom">
      <span>Hushcap ${build.version}</span>
      <span>${t('page.build')} <code>${build.hash}</code></span>
      <span>MIT / Apache-2.0</span>
    </footer>
  `;
}
