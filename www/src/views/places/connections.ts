// Every connection as a row: of a host, of a destination, or all; those of destinations that the filter leaves, within the span that is
// chosen. Rows are chosen by keys or by a click, and their packets saved.

import { html, nothing } from 'lit-html';
import { ref } from 'lit-html/directives/ref.js';
import { repeat } from 'lit-html/directives/repeat.js';
import { type ConnectionNumber, type Connections, connectionNumber } from '../../model/connections.ts';
import type { LogRow } from '../../model/report.ts';
import { destination } from '../../model/tuples.ts';
import { listedRows, recordOf, scopeOf } from '../../state/connections.ts';
import type { Carving, Input, Shown, View } from '../../state/input.ts';
import { lookedAt } from '../../state/looked.ts';
import type { Actions } from '../../state/store.ts';
import { bytes, duration, failureText, moment, percent, t, visible } from '../../text.ts';
import type { On } from '../events.ts';
import { arrowDown, cross } from '../icons.ts';
import { keptByInput, rowByKey, TableRows } from '../rows.ts';

const HEIGHTS = { wide: 34, narrow: 72, head: 34 };
/** Connections whose packets are saved at one go. */
const MOST_CARVED = 5000;

interface Column {
  name: string;
  width: string;
  by?: ConnectionNumber;
  number?: boolean;
}

const COLUMNS: readonly Column[] = [
  { name: 'start', width: '14.5em', by: 'start' },
  { name: 'source', width: 'minmax(9em,1.2fr)' },
  { name: 'destination', width: 'minmax(9em,1.2fr)' },
  { name: 'service', width: '7em', by: 'service' },
  { name: 'duration', width: '7.5em', by: 'duration', number: true },
  { name: 'sent', width: '7em', by: 'sent', number: true },
  { name: 'received', width: '7em', by: 'received', number: true },
  { name: 'state', width: '5.5em', by: 'state' },
  { name: 'uid', width: 'minmax(10em,1fr)' },
];

const tables = keptByInput((refresh) => new Table(refresh));

export const drawnConnections = tables.drawn;

export function connections(shown: Shown, actions: Actions) {
  const { input, view } = shown;
  const looked = lookedAt(input, 'connections', scopeOf(view));
  const answer = looked?.answer;
  const rows = answer && listedRows(answer);
  return html`
    <div class="connections-view">
      ${head(shown, answer, rows, actions)}
      ${
        looked?.failure
          ? html`<p class="none">${visible(failureText(looked.failure))}</p>`
          : answer && rows
            ? tables.of(input, actions.refresh).template(shown, answer, rows, actions)
            : html`<p class="none" role="status">${t('details.loading')}</p>`
      }
    </div>
  `;
}

/** Of what they are, how many, and what can be done with them. */
function head(
  { input, view, found }: Shown,
  answer: Connections | undefined,
  rows: Uint32Array | undefined,
  actions: Actions,
) {
  const { place, details, selected, filter, brush } = view;
  const tuple = details && selected !== undefined ? found.result.outline.tuples[selected] : undefined;
  const of = place?.field === 'host' ? place.value : tuple && `${tuple.orig_h} → ${destination(tuple)}`;
  const chip = (label: string, change: Partial<View>) =>
    html`<button class="chip" aria-label=${t('connections.widen', { label })} @click=${() => actions.view(change)}>${label} ${cross}</button>`;
  return html`
    <header class="connections-head">
      <div class="chips">
        ${of ? chip(visible(of), { place: undefined, details: false }) : nothing} ${filter.trim() ? chip(filter, { filter: '', place: undefined }) : nothing}
        ${brush ? chip(`${moment(brush[0])} – ${moment(brush[1])}`, { brush: undefined }) : nothing}
      </div>
      <p role="status">
        ${answer && rows ? t('connections.shown', { some: rows.length, all: answer.all }) : nothing}
        ${answer && answer.places.length < answer.all ? t('connections.cut', { n: answer.places.length }) : nothing}
      </p>
      ${answer && rows ? packets(input, view, answer, rows, actions) : nothing}
    </header>
  `;
}

function packets(input: Input, view: View, answer: Connections, rows: Uint32Array, actions: Actions) {
  if (input.kind !== 'capture') return html`<p class="hint">${t('export.packets.logs')}</p>`;
  const busy = input.status.is !== 'done' || input.carving?.is === 'running';
  const save = (chosen: number[]) =>
    actions.carveConnections(
      input,
      chosen.map((row) => answer.places[row]),
    );
  const { connection } = view;
  return html`
    <div class="buttons">
      <button class="button" data-export="connection" ?disabled=${busy || connection === undefined} @click=${() => connection !== undefined && actions.carveConnections(input, [connection])}>${arrowDown}${t('connections.one')}</button>
      <button class="button" data-export="connections" ?disabled=${busy || !rows.length || rows.length > MOST_CARVED} title=${t('connections.most', { n: MOST_CARVED })} @click=${() => save([...rows])}>${arrowDown}${t('connections.all')}</button>
      <span class="hint" role="status">${input.carving ? said(input.carving, input) : nothing}</span>
    </div>
  `;
}

function said(carving: Carving, { size }: Input): string {
  if (carving.is === 'failed')
    return t('export.packets.failed', { message: visible(failureText(carving.failure)) });
  const { bytes, packets, kept } = carving;
  if (carving.is === 'running') return t('export.packets.progress', { share: percent(bytes / size), kept });
  return t('export.packets.done', { kept, packets });
}

class Table {
  #drawn: TableRows;
  #rows: Uint32Array | undefined;
  #after = () => {};

  constructor(refresh: () => void) {
    this.#drawn = new TableRows(HEIGHTS, refresh);
  }

  template({ input, view }: Shown, answer: Connections, rows: Uint32Array, actions: Actions) {
    if (rows !== this.#rows) {
      this.#rows = rows;
      this.#drawn.take(rows.length);
    }
    const { items } = this.#drawn;
    this.#after = () =>
      actions.records(
        input,
        answer,
        items.map(({ index }) => rows[index]),
      );
    const chosen = view.connection;
    const now = chosen === undefined ? -1 : rows.findIndex((row) => answer.places[row] === chosen);
    const choose = (index: number) => {
      actions.view({ connection: answer.places[rows[index]] }, 'same');
      this.#drawn.scrollTo(index);
    };
    const key = (event: On<HTMLElement, KeyboardEvent>) => {
      if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
      const next = rowByKey(
        event.key,
        now,
        rows.length - 1,
        this.#drawn.page(event.currentTarget.clientHeight),
      );
      if (next === undefined) return;
      choose(next);
      event.preventDefault();
    };
    return html`
      <div class="grid connections-grid" role="grid" id="connections" tabindex="0" aria-label=${t('connections.label')} aria-rowcount=${rows.length + 1} aria-colcount=${COLUMNS.length}
        .style=${`--columns:${COLUMNS.map(({ width }) => width).join(' ')};--least:1020px`}
        aria-activedescendant=${now < 0 ? nothing : `connection-${rows[now]}`} @keydown=${key}
        ${ref((element) => this.#drawn.mount(element as HTMLElement | undefined))}>
        <div class="head" role="row" aria-rowindex="1">${COLUMNS.map((column) => heading(column, view, actions))}</div>
        ${rows.length ? nothing : html`<p class="none">${t('connections.none')}</p>`}
        <div class="body" role="rowgroup" .style=${`height:${this.#drawn.height}px`}>
          ${repeat(
            items,
            ({ index }) => rows[index],
            ({ index, start }) => {
              const row = rows[index];
              const record = recordOf(answer, row);
              return html`<div class="row ${index % 2 ? 'odd' : ''}" role="row" id="connection-${row}" aria-rowindex=${index + 2} aria-selected=${index === now} .style=${`transform:translateY(${start}px)`} @click=${() => choose(index)}>
                ${COLUMNS.map(({ name, number }) => html`<div class="cell ${name} ${number ? 'number' : ''}" role="gridcell">${cell(name, answer, row, record)}</div>`)}
              </div>`;
            },
          )}
        </div>
      </div>
    `;
  }

  drawn(): void {
    this.#drawn.drawn();
    this.#after();
  }
}

function heading({ name, by, number }: Column, { connectionSort: sort }: View, actions: Actions) {
  const label = t(`connections.${name}`);
  if (!by)
    return html`<div class="cell ${name}" role="columnheader"><span class="plain">${label}</span></div>`;
  const sorted = sort.by === by;
  const first = number ? 'desc' : 'asc';
  const direction = !sorted ? first : sort.direction === 'asc' ? 'desc' : 'asc';
  return html`
    <div class="cell ${name} ${number ? 'number' : ''}" role="columnheader" aria-sort=${sorted ? `${sort.direction}ending` : 'none'}>
      <button title=${label} @click=${() => actions.view({ connectionSort: { by, direction } }, 'same')}>
        <span>${label}</span><span class="way" aria-hidden="true">${sorted ? (sort.direction === 'asc' ? '↑' : '↓') : ''}</span>
      </button>
    </div>
  `;
}

function cell(name: string, answer: Connections, row: number, record: LogRow | undefined): string {
  const value = (of: ConnectionNumber) => connectionNumber(answer, row, of);
  const known = (of: ConnectionNumber, shown: (value: number) => string) =>
    Number.isNaN(value(of)) ? '–' : shown(value(of));
  const end = (side: 'orig' | 'resp') =>
    record
      ? destination({ resp_h: String(record[`id.${side}_h`]), resp_p: Number(record[`id.${side}_p`]) })
      : '…';
  switch (name) {
    case 'start':
      return moment(value('start'));
    case 'duration':
      return known('duration', duration);
    case 'sent':
    case 'received':
      return known(name, bytes);
    case 'state':
      return known('state', (place) => answer.states[place]);
    case 'service':
      return known('service', (place) => visible(answer.services[place]));
    case 'source':
      return end('orig');
    case 'destination':
      return record ? `${end('resp')}/${visible(String(record.proto))}` : '…';
    default:
      return record ? visible(String(record.uid)) : '…';
  }
}
