// Which columns the table has: a list to tick, features included.

import { html } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { columnNames, columnOf, FIRST_COLUMNS } from '../model/columns.ts';
import type { Shown } from '../state/input.ts';
import type { Actions } from '../state/store.ts';
import { featureLabel, t } from '../text.ts';
import type { On } from './events.ts';
import { table } from './icons.ts';

export function chooseColumns({ view, found: { result } }: Shown, actions: Actions) {
  const first = FIRST_COLUMNS.filter((name) => columnOf(name, result));
  const columns = () => view.columns ?? first;
  // Of the view as it is at the click: a second click may come before the first is drawn.
  const toggle = (name: string) => {
    const chosen = columns();
    const all = [...columnNames(result), ...result.schema.features.map((feature) => feature.name)];
    const next = chosen.includes(name)
      ? chosen.filter((other) => other !== name)
      : all.filter((other) => chosen.includes(other) || other === name);
    actions.view({ columns: next.join() === first.join() ? undefined : next });
  };
  const choice = (name: string, label: string) => html`
    <li><label class="switch"><input type="checkbox" .checked=${live(columns().includes(name))} @change=${() => toggle(name)} /><span>${label}</span></label></li>
  `;
  const close = (event: On<HTMLDetailsElement, KeyboardEvent>) => {
    if (event.key !== 'Escape') return;
    event.currentTarget.open = false;
    event.currentTarget.querySelector('summary')?.focus();
    event.stopPropagation();
  };
  const leave = ({ currentTarget, relatedTarget }: On<HTMLDetailsElement, FocusEvent>) => {
    if (relatedTarget instanceof Node && !currentTarget.contains(relatedTarget)) currentTarget.open = false;
  };
  return html`
    <details class="menu" @keydown=${close} @focusout=${leave}>
      <summary class="quiet">${table}<span>${t('columns.choose')}</span></summary>
      <div class="sheet" tabindex="-1">
        <button class="link" @click=${() => actions.view({ columns: undefined })}>${t('columns.first')}</button>
        <ul>${columnNames(result).map((name) => choice(name, t(`table.${name}`)))}</ul>
        <h2>${t('values.title', { n: result.schema.features.length })}</h2>
        <ul>${result.schema.features.map((feature) => choice(feature.name, featureLabel(feature)))}</ul>
      </div>
    </details>
  `;
}
