// The page as a whole: header, inputs, what is shown of the chosen one.

import { html, nothing } from 'lit-html';
import { t } from '../text.ts';
import { consent } from './consent.ts';
import { ended } from './ended.ts';
import { footer, header } from './frame.ts';
import { help } from './help.ts';
import { drop } from './icons.ts';
import { allInputs, inputs } from './inputs.ts';
import { lists } from './lists.ts';
import { privacy } from './privacy.ts';
import { results } from './results.ts';
import { running } from './running.ts';
import { start } from './start.ts';

export function page(state, actions) {
  const input = state.shown;
  return html`
    <div class="frame ${input && held(input) ? 'full' : ''}">
      <a class="skip" href="#main">${t('page.skip')}</a>
      ${header(state, actions)} ${inputs(state, actions)}
      <main id="main" tabindex="-1">${shown(state, actions)}</main>
      ${input && held(input) ? nothing : footer()}
    </div>
    ${privacy(state, actions)} ${help(state, actions)} ${lists(state, actions)} ${consent(state, actions)} ${allInputs(state, actions)}
    ${state.dragging
      ? html`<div class="dropping"><p>${drop}<span>${t('start.release')}</span></p></div>`
      : nothing}
    <p class="unseen" role="status">${state.announced}</p>
    ${state.toast ? html`<p class="toast" role="status">${state.toast}</p>` : nothing}
  `;
}

/** Whether there is a result to show, be it a part, and its rows are found. */
function held(input) {
  return input.view.found !== undefined && (input.status === 'done' || (input.status === 'running' && input.result?.length > 0));
}

function shown(state, actions) {
  const input = state.shown;
  switch (input?.status) {
    case undefined:
      return start(state, actions);
    case 'waiting':
    case 'running':
    case 'done':
      return held(input) ? results(input, actions) : running(input, actions);
    default:
      return ended(input, actions);
  }
}
