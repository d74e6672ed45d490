// The panel of the reader's own lists: what is marked as expected, and the lists of indicators.

import { html, nothing } from 'lit-html';
import { isKept } from '../browser/kept.ts';
import type { IndicatorList } from '../model/marks.ts';
import { canUndo, expectedEntries, expectedIsKept } from '../state/lists/expected.ts';
import { skippedText } from '../state/lists/import.ts';
import { indicatorLists } from '../state/lists/indicators.ts';
import type { State } from '../state/state.ts';
import type { Actions } from '../state/store.ts';
import { number, t, visible } from '../text.ts';
import { caseFile } from './casefile.ts';
import { dialog } from './dialog.ts';
import { chooser } from './frame.ts';
import { arrowDown, cross, warning } from './icons.ts';
import { notices } from './notices.ts';
import { places } from './places.ts';

/** Entries and lines that are listed. */
const LISTED = 200;
const LINES = 20;

export function lists(state: State, actions: Actions) {
  return dialog(
    state,
    () => actions.dialog(undefined),
    'lists',
    t('lists.title'),
    () => html`
    <p>${t('lists.text')}</p>
    <p class="hint">${t(isKept ? 'lists.kept' : 'lists.visit')}</p>
    ${state.listProblem ? html`<p class="problem" role="alert">${warning}<span>${state.listProblem}</span></p>` : nothing}
    ${notices(state.notices)} ${expected(actions)} ${indicators(actions)} ${places(actions)} ${caseFile(actions)}
  `,
  );
}

function expected(actions: Actions) {
  const entries = expectedEntries();
  return html`
    <section class="expected">
      <h3>${t('lists.expected', { n: number(entries.length) })}</h3>
      ${entries.length ? nothing : html`<p class="hint">${t('lists.expected.none')}</p>`} ${expectedIsKept() || !isKept ? nothing : html`<p class="hint">${t('lists.too_long')}</p>`}
      <ul class="entries">
        ${entries
          .slice(-LISTED)
          .toReversed()
          .map(
            ({ kind, value }) => html`
            <li>
              <span>${t(`marks.kind.${kind}`)} <code>${visible(value)}</code></span>
              <button class="quiet" aria-label=${t('lists.remove', { name: visible(value) })} @click=${() => actions.toggleExpected(kind, [value])}>${cross}</button>
            </li>
          `,
          )}
      </ul>
      ${entries.length > LISTED ? html`<p class="hint">${t('lists.more', { n: entries.length - LISTED })}</p>` : nothing}
      <div class="buttons">
        <button class="button" ?disabled=${!canUndo()} @click=${actions.undoExpected}>${t('lists.undo')}</button>
        <button class="button" data-export="expected" ?disabled=${!entries.length} @click=${actions.exportExpected}>
          ${arrowDown}${t('lists.export')}
        </button>
        ${chooser('expected', 'button', t('lists.import'), (files) => actions.importLists(files, 'expected'))}
      </div>
    </section>
  `;
}

function indicators(actions: Actions) {
  const held = indicatorLists();
  return html`
    <section class="indicators">
      <h3>${t('lists.indicators')}</h3>
      <p class="hint">${t('lists.indicators.text')}</p>
      <ul class="entries">${held.map((list) => one(list, actions))}</ul>
      <div class="buttons">${chooser('indicators', 'button', t('lists.indicators.import'), (files) => actions.importLists(files, 'indicators'))}</div>
    </section>
  `;
}

function one({ name, entries, unread, kept }: IndicatorList, actions: Actions) {
  return html`
    <li>
      <span>
        <strong>${visible(name)}</strong> ${t('lists.entries', { count: entries.length })}${entries.length && isKept && !kept ? html` <small>${t('lists.too_long')}</small>` : nothing}
        ${
          unread.length
            ? html`<details>
              <summary>${warning}${skippedText(unread)}</summary>
              <ol>${unread.slice(0, LINES).map(({ line, text }) => html`<li value=${line}><code>${visible(text)}</code></li>`)}</ol>
              ${unread.length > LINES ? html`<p>${t('lists.unread.more', { n: unread.length - LINES })}</p>` : nothing}
            </details>`
            : nothing
        }
      </span>
      <button class="quiet" aria-label=${t('lists.remove', { name: visible(name) })} @click=${() => actions.removeList(name)}>${cross}</button>
    </li>
  `;
}
