// Why a tuple has its score: from the model's base, feature by feature, to the sum and the score.

import { html, nothing } from 'lit-html';
import type { Evidence } from '../model/evidence.ts';
import type { Contribution, Feature, TupleValues } from '../model/report.ts';
import type { Result } from '../model/result.ts';
import type { Shown } from '../state/input.ts';
import type { Actions } from '../state/store.ts';
import { featureLabel, score, signed, t } from '../text.ts';
import { question } from './icons.ts';
import { beside, valueText } from './value.ts';

/** Contributions shown at first. */
const FIRST = 6;

export function why(
  tuple: TupleValues,
  { contributions }: Evidence,
  { view, found }: Shown,
  actions: Actions,
) {
  const { result } = found;
  const features = new Map(result.schema.features.map((feature) => [feature.name, feature]));
  const { base, raw } = tuple;
  const explanation = result.explanation(view.selected ?? 0, contributions);
  const listed = view.allContributions ? explanation : explanation.slice(0, FIRST);
  const rest = explanation.slice(listed.length).reduce((sum, { contribution }) => sum + contribution, 0);
  const steps = stepsOf(base, [...listed.map(({ contribution }) => contribution), rest]);
  const { output_space: space } = result.outline.model;
  // Only where the sum is the score itself does the threshold lie on the same axis.
  const threshold = tuple.score === raw ? (found.threshold ?? result.outline.model.threshold) : undefined;
  const axis = axisOf([base, raw, ...steps.flat(), ...(threshold === undefined ? [] : [threshold])]);
  return html`
    <section class="why">
      <h3>${t('why.title')}</h3>
      <p class="hint">${t('why.text', { space: t(`space.${space}`) })}${threshold === undefined ? nothing : ` ${t('why.threshold', { threshold: score(threshold) })}`}</p>
      <ol class="bars ${threshold === undefined ? '' : 'lined'}" .style=${threshold === undefined ? '' : `--threshold:${axis(threshold)}`}>
        <li class="sum"><span>${t('why.base')}</span><b>${score(base)}</b>${point(axis(base))}</li>
        ${listed.map((one, i) => step(one, features.get(one.feature), steps[i].map(axis), result))}
        ${view.allContributions ? nothing : html`<li class="rest ${way(rest)}"><span class="name">${t('why.rest', { n: explanation.length - listed.length })}</span><b>${signed(rest)}</b>${span(steps[steps.length - 1].map(axis))}</li>`}
        <li class="sum"><span>${t('why.raw')}</span><b>${score(raw)}</b>${point(axis(raw))}</li>
        ${tuple.score === raw ? nothing : html`<li class="sum"><span>${t('why.score')}</span><b>${score(tuple.score)}</b></li>`}
      </ol>
      ${outside(tuple, features)}
      <button class="link" aria-expanded=${view.allContributions} @click=${() => actions.view({ allContributions: !view.allContributions })}>
        ${t(view.allContributions ? 'why.fewer' : 'why.all', { n: explanation.length })}
      </button>
    </section>
  `;
}

/** In which features the model has seen nothing like the tuple: there its answer is a guess. */
function outside({ outside }: TupleValues, features: Map<string, Feature>) {
  if (!outside.length) return nothing;
  return html`
    <div class="outside">
      ${question}
      <div>
        <p>${t('why.outside', { count: outside.length })}</p>
        <ul>${outside.map((name) => html`<li>${labelOf(features.get(name))}</li>`)}</ul>
      </div>
    </div>
  `;
}

/** Where each contribution begins and ends. */
function stepsOf(base: number, contributions: number[]): number[][] {
  let at = base;
  return contributions.map((contribution) => {
    const from = at;
    at += contribution;
    return [from, at];
  });
}

/** Values → shares of the axis, which holds all of them. */
function axisOf(values: number[]): (value: number) => number {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = (most - least) * 0.04 || 1;
  return (value) => (value - least + room) / (most - least + 2 * room);
}

const labelOf = (feature: Feature | undefined) => (feature ? featureLabel(feature) : nothing);

function step(
  { value, contribution }: Contribution,
  feature: Feature | undefined,
  ends: number[],
  result: Result,
) {
  if (!feature) return nothing;
  const note = beside(feature, value, contribution, result);
  return html`
    <li class=${way(contribution)}>
      <span class="name">${featureLabel(feature)}${t('page.colon')}<em>${valueText(feature, value)}</em>${note ? html`<small>${note}</small>` : nothing}</span>
      <b>${signed(contribution)}</b>
      ${span(ends)}
    </li>
  `;
}

const way = (contribution: number) => (contribution > 0 ? 'raises' : contribution < 0 ? 'lowers' : 'neither');

function span([from, to]: number[]) {
  return html`<i class="track" aria-hidden="true" .style=${`--from:${Math.min(from, to)};--to:${Math.max(from, to)}`}></i>`;
}

function point(at: number) {
  return html`<i class="track point" aria-hidden="true" .style=${`--from:0;--to:${at}`}></i>`;
}
