// Which columns the table has: a list to tick, features included.

import { html } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { COLUMNS, FIRST_COLUMNS } from '../model/columns.ts';
import { featureLabel, t } from '../text.ts';
import { table } from './icons.ts';

export function chooseColumns({ view }, actions) {
  const { result } = view.found;
  const columns = () => view.columns ?? FIRST_COLUMNS;
  // Of the view as it is at the click: a second click may come before the first is drawn.
  const toggle = (name) => {
    const chosen = columns();
    const all = [...Object.keys(COLUMNS), ...result.schema.features.map((feature) => feature.name)];
    const next = chosen.includes(name) ? chosen.filter((other) => other !== name) : all.filter((other) => chosen.includes(other) || other === name);
    actions.view({ columns: next.join() === FIRST_COLUMNS.join() ? undefined : next });
  };
  const choice = (name, label) => html`
    <li><label class="switch"><input type="checkbox" .checked=${live(columns().includes(name))} @change=${() => toggle(name)} /><span>${label}</span></label></li>
  `;
  const close = (event) => {
    if (event.key !== 'Escape') return;
    event.currentTarget.open = false;
    event.currentTarget.querySelector('summary').focus();
    event.stopPropagation();
  };
  return html`
    <details class="menu" @keydown=${close} @focusout=${(event) => event.relatedTarget && !event.currentTarget.contains(event.relatedTarget) && (event.currentTarget.open = false)}>
      <summary class="quiet">${table}<span>${t('columns.choose')}</span></summary>
      <div class="sheet" tabindex="-1">
        <button class="link" @click=${() => actions.view({ columns: undefined })}>${t('columns.first')}</button>
        <ul>${Object.keys(COLUMNS).map((name) => choice(name, t(`table.${name}`)))}</ul>
        <h2>${t('values.title', { n: result.schema.features.length })}</h2>
        <ul>${result.schema.features.map((feature) => choice(feature.name, featureLabel(feature)))}</ul>
      </div>
    </details>
  `;
}
