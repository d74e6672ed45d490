// The first view: what it does, where to drop, samples, what stays private.

import { html } from 'lit-html';
import { bytes, currentLanguage, t } from '../text.js';
import { chooser } from './frame.js';
import { drop, lock, warning } from './icons.js';

export function start(state, actions) {
  return html`
    <div class="start">
      <section class="lead">
        <h1>${t('start.title')}</h1>
        <p>${t('start.sentence')}</p>
      </section>
      <section class="zone" aria-label=${t('start.open')}>
        ${drop}
        <p class="big">${t('start.drop')}</p>
        ${chooser('button primary', t('start.choose'), actions)}
        <p class="hint">${t('start.formats')}</p>
        ${state.problem ? html`<p class="problem" role="alert">${warning}<span>${state.problem}</span></p>` : ''}
      </section>
      ${state.samples.length ? samples(state, actions) : ''}
      <section class="promises">
        ${['private', 'method', 'words'].map(
          (name) => html`<div><h3>${t(`start.${name}.title`)}</h3><p>${t(`start.${name}.text`)}</p></div>`,
        )}
      </section>
      <button class="quiet check" @click=${() => actions.dialog('privacy')}>${lock}<span>${t('privacy.how')}</span></button>
    </div>
  `;
}

function samples(state, actions) {
  return html`
    <section class="samples">
      <h2>${t('start.samples')}</h2>
      <ul>
        ${state.samples.map(
          (sample) => html`
            <li>
              <button @click=${() => actions.openSample(sample)}>
                <strong>${sample.title[currentLanguage()]}</strong>
                <span>${sample.file}, ${bytes(sample.bytes)}</span>
              </button>
            </li>
          `,
        )}
      </ul>
    </section>
  `;
}
