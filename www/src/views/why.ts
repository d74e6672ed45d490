// Why a tuple has its score: from the model's base, topic by topic, to the sum and the score. Features that tell the same are of one topic;
// each is told below its topic, or all of them one by one.

import { html, nothing, type TemplateResult } from 'lit-html';
import type { Evidence } from '../model/evidence.ts';
import type { Contribution, Feature, TopicContribution, TupleValues } from '../model/report.ts';
import type { Result } from '../model/result.ts';
import type { Shown } from '../state/input.ts';
import type { Actions } from '../state/store.ts';
import { featureLabel, score, signed, t } from '../text.ts';
import { question } from './icons.ts';
import { beside, valueText } from './value.ts';

/** What each step is made of. */
interface Told {
  result: Result;
  features: Map<string, Feature>;
  explanation: Contribution[];
}

export function why(
  tuple: TupleValues,
  { contributions }: Evidence,
  { view, found }: Shown,
  actions: Actions,
) {
  const { result } = found;
  const features = new Map(result.schema.features.map((feature) => [feature.name, feature]));
  const { base, raw } = tuple;
  const told = { result, features, explanation: result.explanation(view.selected ?? 0, contributions) };
  const { explanation } = told;
  const topics = result.topics(contributions);
  const parts = view.allContributions ? explanation : topics;
  const steps = stepsOf(
    base,
    parts.map(({ contribution }) => contribution),
  );
  const { output_space: space } = result.outline.model;
  // Only where the sum is the score itself does the threshold lie on the same axis.
  const threshold = tuple.score === raw ? (found.threshold ?? result.outline.model.threshold) : undefined;
  const axis = axisOf([base, raw, ...steps.flat(), ...(threshold === undefined ? [] : [threshold])]);
  return html`
    <section class="why">
      <h3>${t('why.title')}</h3>
      <p class="hint">${t(view.allContributions ? 'why.text' : 'why.topics', { space: t(`space.${space}`) })}${threshold === undefined ? nothing : ` ${t('why.threshold', { threshold: score(threshold) })}`}</p>
      <ol class="bars ${threshold === undefined ? '' : 'lined'}" .style=${threshold === undefined ? '' : `--threshold:${axis(threshold)}`}>
        <li class="sum"><span>${t('why.base')}</span><b>${score(base)}</b>${point(axis(base))}</li>
        ${
          view.allContributions
            ? explanation.map((one, i) => step(one, feature(one, told), steps[i].map(axis)))
            : topics.map((one, i) => step(one, topic(one, told), steps[i].map(axis)))
        }
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

function step({ contribution }: { contribution: number }, name: TemplateResult | undefined, ends: number[]) {
  if (!name) return nothing;
  return html`<li class=${way(contribution)}><div class="name">${name}</div><b>${signed(contribution)}</b>${span(ends)}</li>`;
}

/** A feature with its value, and what that says beside the usual ones. */
function feature({ feature: name, value, contribution }: Contribution, { features, result }: Told) {
  const feature = features.get(name);
  if (!feature) return undefined;
  const note = beside(feature, value, contribution, result);
  return html`${featureLabel(feature)}${t('page.colon')}<em>${valueText(feature, value)}</em>${note ? html`<small>${note}</small>` : nothing}`;
}

/** A topic, and folded below it the features that make its sum. */
function topic({ topic, features }: TopicContribution, told: Told) {
  const named = new Set(features);
  const parts = told.explanation.filter(({ feature }) => named.has(feature));
  return html`
    <details>
      <summary>${t(`topic.${topic}`)} <small>${t('why.features', { count: parts.length })}</small></summary>
      <ul>${parts.map((one) => html`<li class=${way(one.contribution)}><div class="name">${feature(one, told)}</div><b>${signed(one.contribution)}</b></li>`)}</ul>
    </details>
  `;
}

const way = (contribution: number) => (contribution > 0 ? 'raises' : contribution < 0 ? 'lowers' : 'neither');

function span([from, to]: number[]) {
  return html`<i class="track" aria-hidden="true" .style=${`--from:${Math.min(from, to)};--to:${Math.max(from, to)}`}></i>`;
}

function point(at: number) {
  return html`<i class="track point" aria-hidden="true" .style=${`--from:0;--to:${at}`}></i>`;
}
