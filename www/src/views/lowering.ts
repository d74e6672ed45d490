// What would lower the score: the model's own answer with what raises it at the nearest usual value.

import { html, nothing } from 'lit-html';
import type { Subject } from '../model/columns.ts';
import type { Evidence } from '../model/evidence.ts';
import type { TupleValues } from '../model/report.ts';
import { featureLabel, score, t } from '../text.ts';
import { valueText } from './value.ts';

/** Changes listed. */
const LISTED = 6;

export function lowering(
  tuple: TupleValues,
  { changes, together }: Evidence,
  { result, threshold: moved }: Subject,
) {
  const threshold = moved ?? result.outline.model.threshold;
  // As they are shown: a change that shows no difference tells nothing.
  const lowers = (would: number) => score(would) !== score(tuple.score) && would < tuple.score;
  const listed = changes.filter((change) => lowers(change.score)).slice(0, LISTED);
  const atOnce = together !== null && lowers(together) ? together : undefined;
  const told = listed.length || atOnce !== undefined ? 'text' : changes.length ? 'nothing' : 'none';
  return html`
    <section class="lowering">
      <h3>${t('lowering.title')}</h3>
      <p class="hint">${t(`lowering.${told}`)}</p>
      <ul>
        ${listed.map(({ place, usual, score }) => {
          const feature = result.schema.features[place];
          const value = tuple.features[feature.name];
          return line(
            t('lowering.one', {
              feature: featureLabel(feature),
              usual: valueText(feature, usual),
              value: valueText(feature, value),
            }),
            score,
            tuple,
            threshold,
          );
        })}
        ${atOnce !== undefined ? line(t('lowering.all', { n: changes.length }), atOnce, tuple, threshold) : nothing}
      </ul>
    </section>
  `;
}

function line(what: string, would: number, tuple: TupleValues, threshold: number) {
  const crosses = tuple.verdict !== 'undecided' && tuple.score >= threshold && would < threshold;
  return html`<li><span>${what}</span><b>${t('lowering.score', { from: score(tuple.score), to: score(would) })}</b><small>${t(crosses ? 'lowering.below' : 'lowering.lower')}</small></li>`;
}
