// What would lower the score: the model's own answer with what raises it at the nearest usual value.

import { html, nothing } from 'lit-html';
import { featureLabel, score, t } from '../text.js';
import { valueText } from './value.js';

/** Changes listed. */
const LISTED = 6;

export function lowering(tuple, { changes, together }, result, view) {
  const threshold = view.found.threshold ?? result.outline.model.threshold;
  const listed = changes.slice(0, LISTED);
  return html`
    <section class="lowering">
      <h3>${t('lowering.title')}</h3>
      <p class="hint">${t(changes.length ? 'lowering.text' : 'lowering.none')}</p>
      <ul>
        ${listed.map(({ place, usual, score }) => {
          const feature = result.schema.features[place];
          const value = tuple.features[feature.name];
          return line(t('lowering.one', { feature: featureLabel(feature), usual: valueText(feature, usual), value: valueText(feature, value) }), score, tuple, threshold);
        })}
        ${together === null ? nothing : line(t('lowering.all', { n: changes.length }), together, tuple, threshold)}
      </ul>
    </section>
  `;
}

function line(what, would, tuple, threshold) {
  const crosses = tuple.verdict !== 'undecided' && tuple.score >= threshold && would < threshold;
  const way = would < tuple.score ? (crosses ? 'below' : 'lower') : 'not_lower';
  return html`<li><span>${what}</span><b>${t('lowering.score', { from: score(tuple.score), to: score(would) })}</b><small>${t(`lowering.${way}`)}</small></li>`;
}
