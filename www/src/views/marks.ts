// What the reader's own lists say of a tuple: a mark in its row; in the details by which entries, and buttons to mark it as expected.

import { html, nothing } from 'lit-html';
import type { ExpectedKind, Marks, Match } from '../model/marks.ts';
import type { TupleOutline } from '../model/report.ts';
import { areExpected, KINDS, markable } from '../state/lists/expected.ts';
import type { Actions } from '../state/store.ts';
import { listed, number, t, visible } from '../text.ts';
import { flag, known } from './icons.ts';

/** Entries listed of a tuple; overlapping lists may have many. */
const LISTED = 20;

/** The marks of a row, each an icon and a word. */
export function rowMarks({ expected, matches }: Marks, row: number) {
  return html`${expected.has(row) ? html`<span class="tag expected" title=${t('marks.expected')}>${known}<span>${t('marks.expected')}</span></span>` : nothing}${
    matches.has(row)
      ? html`<span class="tag indicator" title=${t('marks.indicator')}>${flag}<span>${t('marks.indicator')}</span></span>`
      : nothing
  }`;
}

/** The part of the details. */
export function marking(tuple: TupleOutline, { expected, matches }: Marks, row: number, actions: Actions) {
  return html`
    <section class="marks" aria-labelledby="marks-title">
      <h3 id="marks-title">${t('marks.title')}</h3>
      ${indicators(matches.get(row))}
      <p class=${expected.has(row) ? 'stated' : 'hint'} role="status">
        ${expected.has(row) ? html`${known}<span><strong>${t('marks.is_expected')}</strong> ${t('marks.kept_verdict')}</span>` : t('marks.text')}
      </p>
      <div class="chips" role="group" aria-label=${t('marks.by')}>${KINDS.map((kind) => button(kind, markable(tuple)[kind], actions))}</div>
      <button class="link" @click=${() => actions.dialog('lists')}>${t('lists.open')}</button>
    </section>
  `;
}

function button(kind: ExpectedKind, values: string[], actions: Actions) {
  if (!values.length) return nothing;
  const pressed = areExpected(kind, values);
  const [first] = values;
  const shown = kind === 'certificate' ? `${first.slice(0, 12)}…` : visible(first);
  const more = values.length > 1 ? t('marks.more', { n: values.length - 1 }) : '';
  return html`
    <button class="chip" aria-pressed=${pressed} title=${visible(listed(values, LISTED))} @click=${() => actions.toggleExpected(kind, values)}>
      ${pressed ? known : nothing}<span>${t(`marks.kind.${kind}`)} <b>${shown}</b> ${more}</span>
    </button>
  `;
}

function indicators(matches: Match[] | undefined) {
  if (!matches) return nothing;
  return html`
    <div class="stated indicator">
      ${flag}
      <div>
        <strong>${t('marks.is_listed', { count: matches.length })}</strong> ${t('marks.kept_verdict')}
        <ul>
          ${matches.slice(0, LISTED).map(match)}
          ${matches.length > LISTED ? html`<li>${t('marks.others', { n: number(matches.length - LISTED) })}</li>` : nothing}
        </ul>
      </div>
    </div>
  `;
}

function match({ list, entry, of, value }: Match) {
  const where = t('marks.entry', { list: visible(list.name), line: entry.line });
  return html`<li>${t(`marks.of.${of}`)} <code>${visible(value)}</code>${t('page.colon')}${where}${entry.note ? html` <small>${visible(entry.note)}</small>` : nothing}</li>`;
}
