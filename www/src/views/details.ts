// The chosen 4-tuple, in the order of a colleague's questions: its story in a sentence, what speaks for it, who and what it is, when
// it was seen, why it has its score, and the rows behind it.

import { html, nothing, type TemplateResult } from 'lit-html';
import type { Subject } from '../model/columns.ts';
import type { TupleOutline, TupleValues } from '../model/report.ts';
import { leadOf, lookupText, sentenceOf, verdictText } from '../model/story.ts';
import { destination, verdictOf } from '../model/tuples.ts';
import { evidenceOf } from '../state/evidence.ts';
import type { Input, Shown } from '../state/input.ts';
import type { Actions } from '../state/store.ts';
import { failureText, labelled, percent, ruleText, t, visible } from '../text.ts';
import { acts } from './acts.ts';
import { inNetwork } from './baseline.ts';
import { chain } from './chain.ts';
import { handshake } from './handshake.ts';
import { clip, cross, verdictIcons } from './icons.ts';
import { logRows } from './logrows.ts';
import { lowering } from './lowering.ts';
import { marking } from './marks.ts';
import { origins } from './origins.ts';
import { activity } from './plots/activity.ts';
import { beat } from './plots/beat.ts';
import { speaks } from './speaks.ts';
import { values } from './values.ts';
import { connected, who } from './who.ts';
import { why } from './why.ts';

export function details(shown: Shown, selected: number, actions: Actions) {
  const { input, view, found } = shown;
  const { result, marks } = found;
  const tuple = result.tuple(selected);
  const evidence = evidenceOf(input, tuple);
  const close = () => {
    actions.view({ details: false });
    document.getElementById('grid')?.focus();
  };
  return html`
    <aside class="details" tabindex="-1" aria-labelledby="details-title" @keydown=${(event: KeyboardEvent) => event.key === 'Escape' && close()}>
      <header>
        <h2 id="details-title">${tuple.server_names.length ? visible(tuple.server_names[0]) : destination(tuple)}</h2>
        <span class="tools">
          <button class="quiet" @click=${() => actions.copyRow(shown)} aria-label=${t('details.copy')} title=${t('details.copy')}>${clip}</button>
          <button class="quiet" @click=${close} aria-label=${t('page.close')}>${cross}</button>
        </span>
      </header>
      ${verdict(tuple, selected, found)} ${inNetwork(tuple, marks.expected.has(selected))} ${story(tuple)} ${origins(shown, selected, actions)} ${acts(shown, selected, actions)}
      ${speaks(tuple)}
      <dl class="pairs who">
        ${who(tuple, actions)} ${pair('details.lookup', lookupText(tuple))}
        ${purpose(tuple)}
      </dl>
      ${marking(tuple, marks, selected, actions)}
      ${evidence ? [chain(shown, evidence, actions), handshake(tuple, evidence, actions)] : nothing}
      <section>
        <h3>${t('activity.title', { count: tuple.connections })}</h3>
        ${evidence ? [activity(evidence.activity, result.span), beat(tuple, evidence.activity)] : waiting(input)}
      </section>
      ${evidence ? [why(tuple, evidence, shown, actions), lowering(tuple, evidence, found)] : nothing}
      ${connected(found, selected, actions)}
      ${values(tuple, result, view, actions)} ${evidence ? logRows(evidence, view, actions) : nothing}
    </aside>
  `;
}

/** Who talks to whom, and what speaks against it. */
function story(tuple: TupleOutline) {
  const said = sentenceOf(tuple);
  return html`<p class="story"><span>${leadOf(tuple)}</span>${said ? html`${t('page.space')}<strong>${said}</strong>` : nothing}</p>`;
}

/** What it may be for, why that is thought, and what was found. */
function purpose({ purpose, purpose_evidence: evidence }: TupleOutline) {
  if (!purpose) return nothing;
  const why =
    evidence &&
    html`<small>${ruleText(evidence.rule, evidence.explanation)} <code>${visible(evidence.matched)}</code></small>`;
  return pair('details.purpose', html`${t(`purpose.${purpose}`)} ${why}`);
}

function verdict(tuple: TupleValues, selected: number, { result, threshold: moved }: Subject) {
  const name = verdictOf(result, selected, moved);
  return html`
    <p class="verdict ${name}">
      ${verdictIcons[name]}<strong>${t(`verdict.${name}`)}</strong>
      <span>${verdictText(tuple, name, moved ?? result.outline.model.threshold)}</span>
    </p>
  `;
}

function pair(key: string, value: string | TemplateResult) {
  return html`<div><dt>${t(key)}</dt><dd>${value}</dd></div>`;
}

/** What is waited for. On a narrow screen this lies over all else that tells of it. */
function waiting({ name, rereading }: Input) {
  if (!rereading) return html`<p class="hint">${t('details.loading')}</p>`;
  const told =
    rereading.is === 'failed'
      ? visible(failureText(rereading.failure))
      : labelled(t('again.title', { name: visible(name) }), percent(rereading.share));
  return html`<p class="hint">${told}</p>`;
}
