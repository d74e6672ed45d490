// The values of all features, by group.

import { html, nothing } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import type { Feature, TupleValues } from '../model/report.ts';
import type { Result } from '../model/result.ts';
import type { View } from '../state/input.ts';
import type { Actions } from '../state/store.ts';
import { featureLabel, t } from '../text.ts';
import type { On } from './events.ts';
import { exact, valueText } from './value.ts';

export function values(tuple: TupleValues, result: Result, view: View, actions: Actions) {
  const groups = Map.groupBy(result.schema.features, ({ group }) => group);
  return html`
    <section class="values">
      <details>
      <summary><h3>${t('values.title', { n: result.schema.features.length })}</h3></summary>
      <label class="switch">
        <input type="checkbox" .checked=${live(view.names)} @change=${(event: On<HTMLInputElement>) => actions.view({ names: event.target.checked })} />${t('values.names')}
      </label>
      ${[...groups].map(
        ([group, features]) => html`
          <table>
            <caption>${t(`group.${group}`)}</caption>
            <tbody>
              ${features.map((feature) => value(feature, tuple.features[feature.name], view.names))}
            </tbody>
          </table>
        `,
      )}
      </details>
    </section>
  `;
}

function value(feature: Feature, value: number | null, names: boolean) {
  return html`
    <tr class=${value === null ? 'absent' : ''}>
      <th scope="row">
        ${featureLabel(feature)}
        ${names ? html`<small><code>${feature.name}</code></small>` : nothing}
      </th>
      <td title=${exact(value)}>${valueText(feature, value)}</td>
    </tr>
  `;
}
