// Beside the table, the values that most of its rows have: a click asks for one, Alt-click leaves it out.

import { html, nothing } from 'lit-html';
import type { Facet } from '../model/facets.ts';
import { hasValue } from '../model/filter/edit.ts';
import type { Shown } from '../state/input.ts';
import type { Actions } from '../state/store.ts';
import { number, t } from '../text.ts';
import { followed } from './followed.ts';

export function facets({ view }: Shown, actions: Actions) {
  if (!view.facets) return nothing;
  return html`
    <aside class="facets" aria-label=${t('facets.label')} tabindex="-1">
      ${(view.counted ?? []).map((facet) => one(facet, view.filter, actions))}
    </aside>
  `;
}

function one({ field, values, all }: Facet, filter: string, actions: Actions) {
  if (!values.length) return nothing;
  const most = values[0].count;
  const code = field === 'ja4' || field === 'certificate';
  return html`
    <section data-facet=${field}>
      <h3>${t(`field.${field}`)} <span class="count">${number(all)}</span></h3>
      <ul>
        ${values.map(
          ({ value, count }) => html`
            <li .style=${`--share:${count / most}`}>
              ${followed(field, value, actions, { code, pressed: hasValue(filter, { field, value }), click: actions.filterBy })}<b>${number(count)}</b>
            </li>
          `,
        )}
      </ul>
    </section>
  `;
}
