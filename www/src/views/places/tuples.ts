// Some destinations as a table in a place: verdict, score, who and whom, when.

import { html, nothing } from 'lit-html';
import type { Subject } from '../../model/columns.ts';
import { spanOf } from '../../model/host.ts';
import { verdictOf } from '../../model/tuples.ts';
import type { Actions } from '../../state/store.ts';
import { moment, number, score, t } from '../../text.ts';
import { followed, followedAll } from '../followed.ts';
import { verdictIcons } from '../icons.ts';

/** Destinations and names that are listed. */
const LISTED = 100;
const NAMES = 2;

/** `without` leaves out the column that says the same in each row. */
export function tuplesTable(
  { result, threshold }: Subject,
  places: readonly number[],
  label: string,
  actions: Actions,
  without?: 'source' | 'destination',
) {
  if (!places.length) return nothing;
  const columns = [
    'verdict',
    'score',
    'source',
    'destination',
    'server',
    'connections',
    'began',
    'ended',
  ].filter((name) => name !== without);
  const open = (place: number) => actions.view({ place: undefined, selected: place, details: true });
  const cell = (name: string, place: number) => {
    const tuple = result.outline.tuples[place];
    const verdict = verdictOf(result, place, threshold);
    const span = spanOf(result, [place]);
    switch (name) {
      case 'verdict':
        return html`<td class="verdict ${verdict}"><button class="link" @click=${() => open(place)}>${verdictIcons[verdict]}<span>${t(`verdict.${verdict}`)}</span></button></td>`;
      case 'score':
        return html`<td class="number">${score(result.score(place))}</td>`;
      case 'source':
        return html`<td>${followed('source', tuple.orig_h, actions)}</td>`;
      case 'destination':
        return html`<td>${followed('destination', tuple.resp_h, actions)} ${followed('port', String(tuple.resp_p), actions)}</td>`;
      case 'server':
        return html`<td>${tuple.server_names.length ? followedAll('sni', tuple.server_names, NAMES, actions) : html`<span class="absent">${t('table.no_name')}</span>`}</td>`;
      case 'connections':
        return html`<td class="number">${number(tuple.connections)}</td>`;
      default:
        return html`<td class="time">${span ? moment(span[name === 'began' ? 0 : 1]) : ''}</td>`;
    }
  };
  const numbers = ['score', 'connections'];
  return html`
    <div class="scroll" tabindex="0" role="region" aria-label=${label}>
      <table class="listed">
        <caption>${label}</caption>
        <thead><tr>${columns.map((name) => html`<th scope="col" class=${numbers.includes(name) ? 'number' : ''}>${t(name === 'ended' ? 'place.last' : `table.${name}`)}</th>`)}</tr></thead>
        <tbody>${places.slice(0, LISTED).map((place) => html`<tr class=${verdictOf(result, place, threshold)}>${columns.map((name) => cell(name, place))}</tr>`)}</tbody>
      </table>
    </div>
    ${places.length > LISTED ? html`<p class="hint">${t('place.cut', { n: LISTED, all: places.length })}</p>` : nothing}
  `;
}
