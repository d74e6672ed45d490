// Two inputs side by side: what is new, gone or changed.

import { html, nothing } from 'lit-html';
import {
  type Comparison,
  type Difference,
  type Side,
  VALUE_KINDS,
  type ValueKind,
} from '../model/compare.ts';
import type { Shown } from '../state/input.ts';
import type { Actions } from '../state/store.ts';
import { number, score, t, visible } from '../text.ts';
import { baseline } from './baseline.ts';
import type { On } from './events.ts';
import { verdictIcons } from './icons.ts';

/** Destinations and values listed of each kind. */
const LISTED = 200;

export function comparing(shown: Shown, actions: Actions) {
  return html`${baseline(shown, actions)}<section><h2>${t('compare.title')}</h2>${pairing(shown, actions)}</section>`;
}

function pairing({ input, view }: Shown, actions: Actions) {
  const all = actions.comparable();
  if (all.length < 2) return html`<p class="hint">${t('compare.one')}</p>`;
  const pair = actions.pairOf(input, view);
  const choose = (end: 'before' | 'after', at: 0 | 1) => html`
    <label>${t(`compare.${end}`)}
      <select data-compare=${end} @change=${(event: On<HTMLSelectElement>) => change(end, Number(event.target.value))}>
        ${all.map(({ id, name }) => html`<option value=${id} ?selected=${id === pair[at]?.id}>${visible(name)}</option>`)}
      </select>
    </label>
  `;
  const change = (end: 'before' | 'after', id: number) =>
    actions.view({ compared: { before: pair[0]?.id, after: pair[1]?.id, [end]: id } });
  const swap = () => actions.view({ compared: { before: pair[1]?.id, after: pair[0]?.id } });
  const { comparison } = view;
  const [before, after] = pair.map((input) =>
    input?.status.is === 'done' ? input.status.result : undefined,
  );
  const isAnswer = comparison && comparison.before === before && comparison.after === after;
  return html`
    <div class="pair">${choose('before', 0)} ${choose('after', 1)} <button class="button" @click=${swap}>${t('compare.swap')}</button></div>
    ${isAnswer ? compared(comparison, (side, at) => pair[at] && actions.showRow(pair[at], side.index)) : html`<p class="hint" role="status" aria-busy="true">${t('compare.making')}</p>`}
  `;
}

/** Opens a destination of one of the two. */
type Open = (side: Side, at: 0 | 1) => void;

function compared({ added, gone, changed, same, values }: Comparison, open: Open) {
  return html`
    <p class="tallied" role="status">${t('compare.tally', { added: added.length, gone: gone.length, changed: changed.length, same })}</p>
    ${destinations('added', added, open)} ${destinations('changed', changed, open)} ${destinations('gone', gone, open)}
    <div class="columns">${VALUE_KINDS.map((kind) => valueLists(kind, values[kind]))}</div>
  `;
}

function destinations(what: 'added' | 'gone' | 'changed', list: Difference[], open: Open) {
  if (!list.length) return nothing;
  return html`
    <section class="differences ${what}">
      <h2>${t(`compare.${what}`)} <span class="count">${number(list.length)}</span></h2>
      <ul>${list.slice(0, LISTED).map((difference) => one(difference, open))}</ul>
      ${list.length > LISTED ? html`<p class="hint">${t('marks.more', { n: list.length - LISTED })}</p>` : nothing}
    </section>
  `;
}

function one({ destination, before, after, differs }: Difference, open: Open) {
  const [side, at] = after ? ([after, 1] as const) : ([before, 0] as const);
  if (!side) return nothing;
  const [name] = side.names;
  const judged = ({ verdict, score: value }: Side) =>
    html`<span class="judged ${verdict}">${verdictIcons[verdict]}${t(`verdict.${verdict}`)} ${score(value)}</span>`;
  return html`
    <li>
      <button class="link" @click=${() => open(side, at)}>${destination}</button>
      <span>${name ? visible(name) : t('table.no_name')}</span>
      <span>${before && after && before.verdict !== after.verdict ? html`${judged(before)} → ${judged(after)}` : judged(side)}</span>
      ${differs.length ? html`<small>${t('compare.differs', { list: differs.map((kind) => t(`compare.kind.${kind}`)) })}</small>` : nothing}
    </li>
  `;
}

function valueLists(kind: ValueKind, { added, gone }: { added: string[]; gone: string[] }) {
  const list = (what: 'added' | 'gone', values: string[]) =>
    values.length
      ? html`<h3>${t(`compare.value.${what}`)} <span class="count">${number(values.length)}</span></h3>
          <ul>${values.slice(0, LISTED).map((value) => html`<li><code>${visible(value)}</code></li>`)}</ul>
          ${values.length > LISTED ? html`<p class="hint">${t('marks.more', { n: values.length - LISTED })}</p>` : nothing}`
      : nothing;
  return html`
    <section class="block values">
      <h2>${t(`compare.kind.${kind}`)}</h2>
      ${added.length || gone.length ? html`${list('added', added)} ${list('gone', gone)}` : html`<p class="hint">${t('compare.none')}</p>`}
    </section>
  `;
}
