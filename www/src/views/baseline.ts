// The baseline: what is normal in the reader's network, learned of inputs that the reader knows to be so, and what a result is by it.

import { html, nothing } from 'lit-html';
import type { Subject } from '../model/columns.ts';
import type { TupleOutline } from '../model/report.ts';
import { countVerdicts } from '../model/tuples.ts';
import type { BaselineState } from '../state/baseline.ts';
import type { Input, Shown } from '../state/input.ts';
import type { Actions } from '../state/store.ts';
import { failureText, listed, number, percent, score, t, visible } from '../text.ts';
import { chooser } from './frame.ts';
import { arrowDown, cross, known, verdictIcons, warning } from './icons.ts';

/** Shares of normal traffic that may be flagged; the first is the command line's. */
const SHARES = [0.01, 0.001, 0.05, 0.1];

export function baseline({ input, found }: Shown, actions: Actions) {
  const state = actions.baseline();
  return html`
    <section class="baseline">
      <h2>${t('baseline.title')}</h2>
      <p class="hint">${t('baseline.text')}</p>
      ${state.is === 'ready' ? judged(found, state.profile.name, actions) : learning(state, input, actions)}
    </section>
  `;
}

function learning(state: BaselineState, shown: Input, actions: Actions) {
  if (state.is === 'learning') {
    const title = t('baseline.learning');
    return html`<div role="status"><progress max="1" .value=${state.share} aria-label=${title}>${percent(state.share)}</progress><p>${title} ${percent(state.share)}</p>
      <button class="button" @click=${actions.removeProfile}>${t('run.cancel')}</button></div>`;
  }
  const inputs = actions.comparable();
  const submit = (event: SubmitEvent & { currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const ids = data.getAll('input').map(Number);
    const chosen = inputs.filter(({ id }) => ids.includes(id));
    if (chosen.length) actions.calibrate(chosen, Number(data.get('share')));
  };
  return html`
    ${state.is === 'failed' ? html`<p class="problem" role="alert">${warning}<span>${visible(failureText(state.failure))}</span></p>` : nothing}
    <form @submit=${submit}>
      <fieldset class="scopes">
        <legend>${t('baseline.inputs')}</legend>
        ${inputs.map(({ id, name }) => html`<label class="switch"><input type="checkbox" name="input" value=${id} ?checked=${id !== shown.id || inputs.length < 2} />${visible(name)}</label>`)}
      </fieldset>
      <label>${t('baseline.share')}
        <select name="share">${SHARES.map((share) => html`<option value=${share}>${percent(share)}</option>`)}</select>
      </label>
      <div class="buttons">
        <button class="button" data-calibrate ?disabled=${!inputs.length}>${known}${t('baseline.learn')}</button>
        ${chooser('profile', 'button', t('baseline.load'), actions.loadProfile)}
      </div>
    </form>
  `;
}

/** What a result is by the profile. */
function judged({ result, marks }: Subject, name: string, actions: Actions) {
  const { profile, tuples, model } = result.outline;
  const show = (filter: string) => actions.showNetwork(filter);
  if (!profile) return html`<p class="hint" role="status" aria-busy="true">${t('baseline.judging')}</p>`;
  const flagged = tuples.filter(({ profile_verdict }) => profile_verdict === 'malware-like').length;
  // Of what the reader expects nothing is new.
  const fresh = tuples.filter(
    ({ new_since_baseline }, i) => new_since_baseline.length && !marks.expected.has(i),
  ).length;
  return html`
    <p><strong>${visible(name)}</strong> ${t('baseline.card', { n: profile.tuples, share: percent(profile.share), threshold: score(profile.threshold), own: score(model.threshold) })}</p>
    <ul class="judged-by">
      <li>${t('baseline.model', { n: countVerdicts(result)['malware-like'] })}</li>
      <li><button class="link" @click=${() => show('network:malware-like')}>${t('baseline.network', { n: number(flagged) })}</button></li>
      <li><button class="link" @click=${() => show('-new:none expected:no')}>${t('baseline.new', { n: number(fresh) })}</button></li>
    </ul>
    <div class="buttons">
      <button class="button" data-export="profile" @click=${actions.saveProfile}>${arrowDown}${t('baseline.save')}</button>
      <button class="button" @click=${actions.removeProfile}>${cross}${t('baseline.remove')}</button>
    </div>
  `;
}

/** Of one destination, the verdict by the profile, and what is new of it. */
export function inNetwork(
  { profile_verdict: verdict, new_since_baseline: fresh }: TupleOutline,
  expected: boolean,
) {
  if (!verdict) return nothing;
  if (expected)
    return html`<p class="network">${verdictIcons[verdict]}<span>${t('baseline.verdict', { verdict: t(`verdict.${verdict}`) })}</span></p>`;
  const kinds = listed(fresh.map((kind) => t(`baseline.kind.${kind}`)));
  return html`<p class="network">${verdictIcons[verdict]}<span>${t('baseline.verdict', { verdict: t(`verdict.${verdict}`) })} ${kinds ? t('baseline.fresh', { list: kinds }) : t('baseline.seen')}</span></p>`;
}
