// The table of 4-tuples with its filter, and beside it the details of the chosen one.

import { html, nothing } from 'lit-html';
import { countVerdicts, rowsOf } from '../rows.js';
import { number, t } from '../text.js';
import { details } from './details.js';
import { verdictIcons } from './icons.js';

export function destinations(input, actions) {
  const { result, view } = input;
  const rows = rowsShown(result, view);
  return html`
    <div class="bar">
      <input
        type="search"
        placeholder=${t('table.filter')}
        aria-label=${t('table.filter')}
        spellcheck="false"
        autocomplete="off"
        .value=${view.filter}
        @input=${(event) => actions.view({ filter: event.target.value })}
      />
      <div class="chips" role="group" aria-label=${t('table.chips')}>${chips(result, view, actions)}</div>
      <span class="shown" role="status">${rows.length === result.length ? nothing : t('table.shown', { some: rows.length, all: result.length })}</span>
    </div>
    <div class="split ${view.details ? 'open' : ''}">
      ${view.table.template(input, rows, actions)} ${view.details ? details(input, actions) : nothing}
    </div>
  `;
}

/** The rows, computed anew only when the filter or the order has changed. */
function rowsShown(result, view) {
  const key = JSON.stringify([view.filter, [...view.verdicts], view.sort]);
  if (view.rowsKey !== key) {
    view.rowsKey = key;
    view.rows = rowsOf(result, view);
  }
  return view.rows;
}

function chips(result, view, actions) {
  const toggle = (verdict) => {
    const verdicts = new Set(view.verdicts);
    if (!verdicts.delete(verdict)) verdicts.add(verdict);
    actions.view({ verdicts });
  };
  return Object.entries(countVerdicts(result)).map(
    ([verdict, count]) => html`
      <button class="chip ${verdict}" aria-pressed=${view.verdicts.has(verdict)} ?disabled=${!count} @click=${() => toggle(verdict)}>
        ${verdictIcons[verdict]}<span>${t(`verdict.${verdict}`)}</span><b>${number(count)}</b>
      </button>
    `,
  );
}
