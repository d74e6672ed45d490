// The two plots above the table, and the filter with its chips, plots and columns beside it.

import { html, nothing, type SVGTemplateResult, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { hasTerm, toggleTerm } from '../model/filter.ts';
import { countVerdicts, VERDICTS } from '../model/tuples.ts';
import type { Shown, View } from '../state/input.ts';
import type { Actions } from '../state/store.ts';
import { number, t } from '../text.ts';
import { chooseColumns } from './columns.ts';
import type { On } from './events.ts';
import { chart, flag, known, question, rows as rowsIcon, verdictIcons } from './icons.ts';
import { scores } from './plots/scores.ts';
import { timeline } from './plots/timeline.ts';

/** Terms that are asked for often. */
const CHIPS = {
  unnamed: 'sni:none',
  port: '-port:443',
  signed: 'self_signed_ratio>0',
  periodic: 'period_std<5',
  hidden: 'x509_to_ssl_ratio:0',
};

export function overview({ view, found }: Shown, actions: Actions) {
  if (!view.plots || !found.result.length) return nothing;
  return html`<section class="overview" aria-label=${t('plots.label')}>${timeline(view, found, actions)} ${scores(view, found, actions)}</section>`;
}

export function toolbar(shown: Shown, actions: Actions) {
  const { view } = shown;
  const { result, threshold, marks, rows, mistakes } = shown.found;
  const toggle = (term: string) => actions.view({ filter: toggleTerm(view.filter, term) });
  const chip = (term: string, look: string, content: string | TemplateResult) => html`
    <button class="chip ${look}" aria-pressed=${hasTerm(view.filter, term)} title=${term} @click=${() => toggle(term)}>${content}</button>
  `;
  const counts = countVerdicts(result, threshold);
  // What the reader's own lists mark, where they mark something here.
  const own = (term: string, icon: SVGTemplateResult, label: string, count: number) =>
    count || hasTerm(view.filter, term)
      ? chip(term, '', html`${icon}<span>${label}</span><b>${number(count)}</b>`)
      : nothing;
  return html`
    <div class="toolbar">
      <div class="search">
        <input
          type="search"
          id="filter"
          placeholder=${t('table.filter')}
          aria-label=${t('table.filter')}
          aria-invalid=${mistakes.length > 0}
          aria-describedby="mistakes"
          spellcheck="false"
          autocomplete="off"
          autocapitalize="off"
          .value=${live(view.filter)}
          @input=${(event: On<HTMLInputElement>) => actions.view({ filter: event.target.value })}
          @keydown=${(event: KeyboardEvent) => leave(event, view, actions)}
        />
        <button class="quiet" aria-label=${t('help.open')} title=${t('help.open')} @click=${() => actions.dialog('help')}>${question}</button>
      </div>
      <div class="ends">
        <span class="shown" role="status">${rows.length === result.length ? nothing : t('table.shown', { some: rows.length, all: result.length })}</span>
        <button class="quiet" aria-pressed=${view.plots} @click=${() => actions.view({ plots: !view.plots })}>${chart}<span>${t('plots.show')}</span></button>
        <button class="quiet" aria-pressed=${shown.dense} aria-label=${t('table.dense')} title=${t('table.dense')} @click=${() => actions.dense(!shown.dense)}>${rowsIcon}</button>
        ${chooseColumns(shown, actions)}
      </div>
      <div class="chips" role="group" aria-label=${t('table.chips')}>
        ${VERDICTS.map((verdict) => chip(`verdict:${verdict}`, verdict, html`${verdictIcons[verdict]}<span>${t(`verdict.${verdict}`)}</span><b>${number(counts[verdict])}</b>`))}
        ${own('expected:yes', known, t('marks.expected'), marks.expected.size)} ${own('indicator:yes', flag, t('marks.indicator'), marks.matches.size)}
        ${Object.entries(CHIPS).map(([name, term]) => chip(term, 'more', t(`chip.${name}`)))}
      </div>
      <div class="mistakes" id="mistakes" role="status">
        ${mistakes.map(({ key, values }) => html`<p>${t(key, values)}</p>`)}
      </div>
    </div>
  `;
}

/** Escape empties the filter, and leaves it when it is empty; Enter goes to the rows. */
function leave(event: KeyboardEvent, view: View, actions: Actions): void {
  if (event.key === 'Escape' && view.filter) {
    actions.view({ filter: '' });
    event.stopPropagation();
    event.preventDefault();
  } else if (event.key === 'Escape' || event.key === 'Enter' || event.key === 'ArrowDown') {
    document.getElementById('grid')?.focus();
    event.preventDefault();
  }
}
