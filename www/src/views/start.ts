// The first view: what it does, where to drop, samples, what stays private.

import build from 'hushcap:build';
import { html } from 'lit-html';
import { requestsMade } from '../engine/requests.ts';
import type { State } from '../state/state.ts';
import type { Actions } from '../state/store.ts';
import { bytes, currentLanguage, number, t } from '../text.ts';
import { chooser } from './frame.ts';
import { drop, lock, warning } from './icons.ts';
import { policy } from './privacy.ts';

/** Whether files can be dragged: a finger drags none. */
const canDrop = matchMedia('(any-pointer: fine)');

export function start(state: State, actions: Actions) {
  return html`
    <div class="start">
      <section class="lead">
        <h1>${t('start.title')}</h1>
        <p>${t('start.sentence')}</p>
      </section>
      <section class="zone" aria-label=${t('start.open')}>
        ${drop}
        <p class="big">${t(canDrop.matches ? 'start.drop' : 'start.pick')}</p>
        ${chooser('captures', 'button primary', t('start.choose'), actions.openFiles)}
        <p class="hint">${t('start.formats')}</p>
        ${state.problem ? html`<p class="problem" role="alert">${warning}<span>${state.problem}</span></p>` : ''}
      </section>
      ${state.samples.length ? samples(state, actions) : ''}
      <section class="proof" aria-label=${t('privacy.title')}>
        ${lock}
        <dl>
          <div><dt>${t('privacy.requests')}</dt><dd>${number(requestsMade())}</dd></div>
          <div><dt>${t('privacy.policy')}</dt><dd><code>${policy().find((directive) => directive.startsWith('connect-src'))}</code></dd></div>
          <div><dt>${t('page.build')}</dt><dd><code>${build.hash}</code></dd></div>
        </dl>
        <button class="link" @click=${() => actions.dialog('privacy')}>${t('privacy.how')}</button>
      </section>
      <section class="promises">
        ${['private', 'method', 'words'].map(
          (name) => html`<div><h3>${t(`start.${name}.title`)}</h3><p>${t(`start.${name}.text`)}</p></div>`,
        )}
      </section>
    </div>
  `;
}

function samples(state: State, actions: Actions) {
  return html`
    <section class="samples">
      <h2>${t('start.samples')}</h2>
      <ul>
        ${state.samples.map(
          (sample) => html`
            <li>
              <button @click=${() => actions.openSample(sample)}>
                <strong>${sample.title[currentLanguage()]}</strong>
                <span>${sample.file}${t('page.comma')}${bytes(sample.bytes)}</span>
              </button>
            </li>
          `,
        )}
      </ul>
    </section>
  `;
}
