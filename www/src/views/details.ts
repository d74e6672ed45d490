// The chosen 4-tuple: its verdict in words, why it has its score, and what stands behind it.

import { html, nothing } from 'lit-html';
import { evidenceOf } from '../model/evidence.ts';
import { failureText } from '../model/failure.ts';
import { activity } from './plots/activity.ts';
import { number, percent, ruleText, score, t, visible } from '../text.ts';
import { destination, verdictOf } from '../model/tuples.ts';
import { chain } from './chain.ts';
import { handshake } from './handshake.ts';
import { clip, cross, verdictIcons } from './icons.ts';
import { marking } from './marks.ts';
import { logRows } from './logrows.ts';
import { lowering } from './lowering.ts';
import { values } from './values.ts';
import { why } from './why.ts';

/** Server names listed; a scan may give thousands. */
const NAMES = 40;

export function details(input, actions) {
  const { view } = input;
  const { result, threshold, marks } = view.found;
  const tuple = result.tuple(view.selected);
  const evidence = evidenceOf(input, view.selected, () => actions.view({}));
  const close = () => {
    actions.view({ details: false });
    document.getElementById('grid').focus();
  };
  return html`
    <aside class="details" tabindex="-1" aria-labelledby="details-title" @keydown=${(event) => event.key === 'Escape' && close()}>
      <header>
        <h2 id="details-title">${tuple.server_names.length ? visible(tuple.server_names[0]) : destination(tuple)}</h2>
        <span class="tools">
          <button class="quiet" @click=${() => actions.copyRow(input)} aria-label=${t('details.copy')} title=${t('details.copy')}>${clip}</button>
          <button class="quiet" @click=${close} aria-label=${t('page.close')}>${cross}</button>
        </span>
      </header>
      ${verdict(tuple, view)}
      <dl class="pairs">
        ${pair('table.destination', `${destination(tuple)}/${tuple.proto}`)} ${pair('table.source', tuple.orig_h)}
        ${pair('table.server', names(tuple))}
        ${tuple.purpose ? pair('details.purpose', purpose(tuple)) : nothing}
      </dl>
      ${marking(tuple, marks, view.selected, actions)}
      <section>
        <h3>${t('activity.title', { count: tuple.connections })}</h3>
        ${evidence ? activity(evidence.activity, result.span) : waiting(input)}
      </section>
      ${evidence ? [why(tuple, evidence, result, view, actions), lowering(tuple, evidence, result, view), handshake(tuple, evidence, actions), chain(input, evidence, actions)] : nothing}
      ${values(tuple, result, view, actions)} ${evidence ? logRows(evidence, view, actions) : nothing}
    </aside>
  `;
}

/** What it may be for, why that is thought, and what was found. */
function purpose({ purpose, purpose_evidence: { rule, matched, explanation } }) {
  return html`${t(`purpose.${purpose}`)} <small>${ruleText(rule, explanation)} <code>${visible(matched)}</code></small>`;
}

function verdict(tuple, { selected, found: { result, threshold: moved } }) {
  const name = verdictOf(result, selected, moved);
  const threshold = moved ?? result.outline.model.threshold;
  return html`
    <p class="verdict ${name}">
      ${verdictIcons[name]}<strong>${t(`verdict.${name}`)}</strong>
      <span>${t(`details.${name}`, { score: score(tuple.score), threshold: score(threshold) })}</span>
    </p>
  `;
}

function names({ server_names }) {
  if (!server_names.length) return t('table.no_name');
  const listed = visible(server_names.slice(0, NAMES).join(', '));
  return server_names.length > NAMES ? t('details.names', { listed, n: server_names.length - NAMES }) : listed;
}

function pair(key, value) {
  return html`<div><dt>${t(key)}</dt><dd>${value}</dd></div>`;
}

/** What is waited for. On a narrow screen this lies over all else that tells of it. */
function waiting({ name, rereading }) {
  if (!rereading) return html`<p class="hint">${t('details.loading')}</p>`;
  const { share, failure } = rereading;
  return html`<p class="hint">${failure ? visible(failureText(failure)) : `${t('again.title', { name: visible(name) })}: ${percent(share)}`}</p>`;
}
