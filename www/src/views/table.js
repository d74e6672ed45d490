// The table of 4-tuples as an ARIA grid of which only the rows in view exist.
//
// The grid has the focus and names the current row by aria-activedescendant: j, k, the arrows, Page Up, Page Down, Home and End
// move it, Enter opens its details, Escape closes them. On a narrow window a row is a card of three lines.

import { Virtualizer, elementScroll, observeElementOffset, observeElementRect } from '@tanstack/virtual-core';
import { html, nothing } from 'lit-html';
import { ref } from 'lit-html/directives/ref.js';
import { repeat } from 'lit-html/directives/repeat.js';
import { COLUMNS, destination } from '../rows.js';
import { number, score, t, visible } from '../text.js';
import { verdictIcons } from './icons.js';

const narrow = matchMedia('(max-width: 720px)');
const ROW = { wide: 40, narrow: 92 };
/** Server names that a row's title lists. */
const LISTED = 10;
/** Height of the head, which stays in view above the rows. */
const HEAD = 36;

export class Table {
  #element;
  #virtualizer;
  #unmount;
  #rows = [];
  #refresh;

  /** `refresh` draws the page anew. */
  constructor(refresh) {
    this.#refresh = refresh;
    this.#virtualizer = new Virtualizer(this.#options(0));
    narrow.addEventListener('change', () => this.#virtualizer.measure());
  }

  #options(count) {
    return {
      count,
      getScrollElement: () => this.#element ?? null,
      estimateSize: () => (narrow.matches ? ROW.narrow : ROW.wide),
      overscan: 8,
      scrollMargin: HEAD,
      scrollPaddingStart: HEAD,
      scrollToFn: elementScroll,
      observeElementRect,
      observeElementOffset,
      onChange: () => this.#refresh(),
    };
  }

  template(input, rows, actions) {
    const { result, view } = input;
    if (rows !== this.#rows) {
      this.#rows = rows;
      this.#virtualizer.setOptions(this.#options(rows.length));
      this.#virtualizer.measure();
    }
    const select = (row, change) => {
      actions.view({ selected: row, ...change });
      this.#virtualizer.scrollToIndex(this.#rows.indexOf(row));
    };
    const selected = rows.indexOf(view.selected);
    return html`
      <div
        class="grid"
        role="grid"
        id="grid"
        tabindex="0"
        aria-label=${t('table.label')}
        aria-rowcount=${rows.length + 1}
        aria-colcount=${Object.keys(COLUMNS).length}
        aria-activedescendant=${selected < 0 ? nothing : `row-${view.selected}`}
        @keydown=${(event) => this.#key(event, view, select, actions)}
        ${ref((element) => this.#mount(element))}
      >
        <div class="head" role="row" aria-rowindex="1">${Object.keys(COLUMNS).map((name) => header(name, view, actions))}</div>
        ${rows.length ? nothing : html`<p class="none">${t('table.none')}</p>`}
        <div class="body" role="rowgroup" .style=${`height:${this.#virtualizer.getTotalSize()}px`}>
          ${repeat(
            this.#virtualizer.getVirtualItems().filter(({ index }) => index < rows.length),
            ({ index }) => rows[index],
            ({ index, start }) => line(result, rows[index], index, start - HEAD, view, select),
          )}
        </div>
      </div>
    `;
  }

  /** To be called after each drawing of the page. */
  drawn() {
    if (this.#element) this.#virtualizer._willUpdate();
  }

  #mount(element) {
    if (element === this.#element) return;
    // lit-html calls with undefined before it calls with the element anew: keep it unless it has left the page.
    if (!element && this.#element.isConnected) return;
    this.#unmount?.();
    this.#element = element;
    this.#unmount = element && this.#virtualizer._didMount();
  }

  #key(event, view, select, actions) {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const last = this.#rows.length - 1;
    const now = this.#rows.indexOf(view.selected);
    const page = Math.max(1, Math.floor(this.#element.clientHeight / ROW.wide) - 2);
    const steps = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: page, PageUp: -page, Home: -last, End: last };
    if (event.key === 'Enter' && now >= 0) actions.view({ details: true });
    else if (event.key === 'Escape') actions.view({ details: false });
    else if (event.key in steps && last >= 0) {
      const next = now < 0 ? (event.key === 'End' ? last : 0) : Math.max(0, Math.min(last, now + steps[event.key]));
      select(this.#rows[event.key === 'Home' ? 0 : next], {});
    } else return;
    event.preventDefault();
  }
}

function header(name, view, actions) {
  const { column, direction } = view.sort;
  const sorted = name === column;
  const turned = direction === 'asc' ? 'desc' : 'asc';
  const sort = { column: name, direction: sorted ? turned : COLUMNS[name].first };
  return html`
    <div class="cell ${name}" role="columnheader" aria-sort=${sorted ? `${direction}ending` : 'none'}>
      <button @click=${() => actions.view({ sort })}>
        ${t(`table.${name}`)}<span class="way" aria-hidden="true">${sorted ? (direction === 'asc' ? '↑' : '↓') : ''}</span>
      </button>
    </div>
  `;
}

function line(result, row, index, start, view, select) {
  const tuple = result.outline.tuples[row];
  const [name, ...more] = tuple.server_names;
  const title = visible(tuple.server_names.slice(0, LISTED).join(', '));
  return html`
    <div
      class="row ${tuple.verdict} ${index % 2 ? 'odd' : ''}"
      role="row"
      id="row-${row}"
      aria-rowindex=${index + 2}
      aria-selected=${row === view.selected}
      .style=${`transform:translateY(${start}px)`}
      @click=${() => select(row, { details: true })}
    >
      <div class="cell verdict" role="gridcell">${verdictIcons[tuple.verdict]}<span>${t(`verdict.${tuple.verdict}`)}</span></div>
      <div class="cell score" role="gridcell"><span>${score(result.score(row))}</span><i .style=${`--share:${result.score(row)}`}></i></div>
      <div class="cell server" role="gridcell" title=${title}>
        ${name ? html`<span>${visible(name)}</span>` : html`<span class="absent">${t('table.no_name')}</span>`}${more.length
          ? html`<b>+${number(more.length)}</b>`
          : nothing}
      </div>
      <div class="cell destination" role="gridcell">${destination(tuple)}<small>/${tuple.proto}</small></div>
      <div class="cell source" role="gridcell">${tuple.orig_h}</div>
      <div class="cell connections" role="gridcell">${number(tuple.connections)}<small> ${t('table.conns')}</small></div>
    </div>
  `;
}
