// Above the table that a value filters: what the value is, and who shows it.

import { html, nothing } from 'lit-html';
import { hasValue } from '../../model/filter/edit.ts';
import { isPage } from '../../model/place.ts';
import { VERDICTS, verdictsOf } from '../../model/tuples.ts';
import type { Found } from '../../state/finder.ts';
import type { Shown } from '../../state/input.ts';
import type { Actions } from '../../state/store.ts';
import { moment, number, t } from '../../text.ts';
import { followed } from '../followed.ts';
import { cross } from '../icons.ts';

export function about({ view, found }: Shown, actions: Actions) {
  const { place } = view;
  if (!place || isPage(place) || !hasValue(view.filter, place)) return nothing;
  const { rows } = found;
  const { counts, hosts, from, to } = countsOf(found);
  const verdicts = VERDICTS.flatMap((verdict, i) =>
    counts[i] ? `${t(`verdict.${verdict}`)}: ${number(counts[i])}` : [],
  );
  return html`
    <section class="about" aria-labelledby="about-title">
      <div>
        <h2 id="about-title"><span class="kind">${t(`place.${place.field}`)}</span> ${followed(place.field, place.value, actions, { code: true, pressed: true, click: actions.filterBy })}</h2>
        <p>${rows.length ? t('about.told', { rows: rows.length, hosts, from: moment(from), to: moment(to) }) : t('table.none')} <span class="hint">${verdicts.map((told) => html`<span class="item">${told}</span> `)}</span></p>
        <p class="hint">${t(`about.${place.field}`)}</p>
      </div>
      <button class="quiet" aria-label=${t('about.close')} title=${t('about.close')} @click=${() => actions.filterBy(place)}>${cross}</button>
    </section>
  `;
}

const held = new WeakMap<Found, Counts>();

interface Counts {
  counts: number[];
  hosts: number;
  from: number;
  to: number;
}

/** Verdicts, hosts and times of what is found. */
function countsOf(found: Found): Counts {
  const known = held.get(found);
  if (known) return known;
  const { result, rows, threshold } = found;
  const { kinds } = verdictsOf(result, threshold);
  const counts = [0, 0, 0, 0];
  const hosts = new Set<string>();
  let [from, to] = [Infinity, -Infinity];
  for (const row of rows) {
    counts[kinds[row]] += 1;
    hosts.add(result.outline.tuples[row].orig_h);
    const starts = result.startsOf(row);
    if (starts.length) [from, to] = [Math.min(from, starts[0]), Math.max(to, starts[starts.length - 1])];
  }
  const made = { counts, hosts: hosts.size, from, to };
  held.set(found, made);
  return made;
}
