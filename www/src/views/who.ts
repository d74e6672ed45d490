// Who a destination is: the host that contacts it, its address and port, and the names that it was asked for and looked up by; each value leads
// on. And what it is connected with.

import { html, nothing, type TemplateResult } from 'lit-html';
import type { Subject } from '../model/columns.ts';
import type { TupleOutline } from '../model/report.ts';
import type { Result } from '../model/result.ts';
import type { Actions } from '../state/store.ts';
import { number, t } from '../text.ts';
import { followed, followedAll } from './followed.ts';
import { neighbours } from './places/neighbours.ts';

/** Names listed; a scan may give thousands. */
const NAMES = 20;

/** Pairs of a description list. */
export function who(tuple: TupleOutline, actions: Actions) {
  const { orig_h, resp_h, resp_p, proto, server_names, dns, connections } = tuple;
  const looked = dns.names.map(({ name }) => name);
  const count = html`<button class="link" @click=${() => actions.view({ tab: 'connections', place: undefined })}>${t('who.connections', { n: number(connections) })}</button>`;
  return html`
    ${pair('table.destination', html`${followed('destination', resp_h, actions)} ${followed('port', String(resp_p), actions)} ${followed('proto', proto, actions)}`)}
    ${pair('table.source', html`${followed('source', orig_h, actions)} ${count}`)}
    ${pair('table.server', server_names.length ? followedAll('sni', server_names, NAMES, actions) : t('table.no_name'))}
    ${looked.length ? pair('place.looked_up', followedAll('looked_up', looked, NAMES, actions)) : nothing}
  `;
}

function pair(key: string, value: string | TemplateResult) {
  return html`<div><dt>${t(key)}</dt><dd>${value}</dd></div>`;
}

/** Lists of one place each, the same as long as their result is. */
const alone = new WeakMap<Result, Map<number, number[]>>();

/** What the tuple at a place is connected with. */
export function connected(found: Subject, place: number, actions: Actions) {
  const lists = alone.get(found.result) ?? new Map<number, number[]>();
  alone.set(found.result, lists);
  const list = lists.get(place) ?? [place];
  lists.set(place, list);
  return neighbours(found, list, actions);
}
