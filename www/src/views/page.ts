// The page as a whole: header, inputs, what is shown of the chosen one.

import { html, nothing } from 'lit-html';
import { type Input, shownOf } from '../state/input.ts';
import type { State } from '../state/state.ts';
import type { Actions } from '../state/store.ts';
import { t } from '../text.ts';
import { consent } from './consent.ts';
import { ended } from './ended.ts';
import { footer, header } from './frame.ts';
import { help } from './help.ts';
import { drop } from './icons.ts';
import { allInputs, inputs } from './inputs.ts';
import { lists } from './lists.ts';
import { noticeBar } from './notices.ts';
import { privacy } from './privacy.ts';
import { results } from './results.ts';
import { running } from './running.ts';
import { start } from './start.ts';

export function page(state: State, actions: Actions) {
  const full = state.shown && shownOf(state.shown, state);
  return html`
    <div class="frame ${full ? 'full' : ''} ${state.dense ? 'dense' : ''}">
      <a class="skip" href="#main">${t('page.skip')}</a>
      ${header(state, actions)} ${inputs(state, actions)} ${noticeBar(state, actions)}
      <main id="main" tabindex="-1">${state.shown ? (full ? results(full, actions) : unshown(state.shown, actions)) : start(state, actions)}</main>
      ${full ? nothing : footer()}
    </div>
    ${privacy(state, actions)} ${help(state, actions)} ${lists(state, actions)} ${consent(state, actions)} ${allInputs(state, actions)}
    ${
      state.dragging
        ? html`<div class="dropping"><p>${drop}<span>${t('start.release')}</span></p></div>`
        : nothing
    }
    <p class="unseen" role="status">${state.announced}</p>
    ${state.toast ? html`<p class="toast" role="status">${state.toast}${state.undo ? html` <button class="link" @click=${actions.undo}>${t('undo')}</button>` : nothing}</p>` : nothing}
  `;
}

function unshown(input: Input, actions: Actions) {
  const { status } = input;
  switch (status.is) {
    case 'waiting':
    case 'running':
    case 'done':
      return running(input, actions);
    default:
      return ended(input, status, actions);
  }
}
