// The table of 4-tuples as an ARIA grid of which only the rows in view exist.
//
// The grid has the focus and names the current row by aria-activedescendant: j, k, the arrows, Page Up, Page Down, Home and End
// move it, Enter opens its details, Escape closes them, c copies it. On a narrow window a row is a card of three lines.

import { Virtualizer, elementScroll, observeElementOffset, observeElementRect } from '@tanstack/virtual-core';
import { html, nothing } from 'lit-html';
import { ref } from 'lit-html/directives/ref.js';
import { repeat } from 'lit-html/directives/repeat.js';
import { FIRST_COLUMNS, columnOf } from '../model/columns.ts';
import { t } from '../text.ts';
import { cell, heading } from './cells.ts';
import { verdictOf } from '../model/tuples.ts';

const narrow = matchMedia('(max-width: 720px)');
/** Room for the details and all columns side by side. */
const roomy = matchMedia('(min-width: 1700px)');
const ROW = { wide: 40, narrow: 92 };
/** Height of the head, which stays in view above the rows. */
const HEAD = 36;
/** Rows that are printed; the exports hold all. */
const PRINTED = 1000;
/** Pixels that the columns take at least before the grid scrolls sideways: in all, and each. */
const LEAST = { grid: 860, column: 118 };

export class Table {
  #element;
  #virtualizer;
  #unmount;
  #rows = [];
  #refresh;
  /** Whether it is drawn for paper, on which nothing can be scrolled. */
  printed = false;

  /** `refresh` draws the page anew. */
  constructor(refresh) {
    this.#refresh = refresh;
    this.#virtualizer = new Virtualizer(this.#options(0));
    narrow.addEventListener('change', () => {
      this.#virtualizer.setOptions(this.#options(this.#rows.length));
      this.#virtualizer.measure();
    });
    roomy.addEventListener('change', () => this.#refresh());
  }

  #options(count) {
    // Asked for once a row.
    const height = narrow.matches ? ROW.narrow : ROW.wide;
    return {
      count,
      getScrollElement: () => this.#element ?? null,
      estimateSize: () => height,
      overscan: 8,
      scrollMargin: HEAD,
      scrollPaddingStart: HEAD,
      scrollToFn: elementScroll,
      observeElementRect,
      observeElementOffset,
      onChange: () => this.#refresh(),
    };
  }

  template(input, actions) {
    const { view } = input;
    const { result, rows } = view.found;
    const columns = columnsShown(view);
    const widths = columns.map((name) => columnOf(name, result).width);
    const least = narrow.matches ? 0 : Math.max(LEAST.grid * (columns.length > 5), columns.length * LEAST.column);
    if (rows !== this.#rows) {
      this.#rows = rows;
      this.#virtualizer.setOptions(this.#options(rows.length));
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
        aria-busy=${view.finder.busy}
        aria-colcount=${columns.length}
        .style=${`--columns:${widths.join(' ')};--paper:${widths.map(shareOf).join(' ')};--least:${least}px`}
        aria-activedescendant=${selected < 0 ? nothing : `row-${view.selected}`}
        @keydown=${(event) => this.#key(event, input, select, actions)}
        ${ref((element) => this.#mount(element))}
      >
        <div class="head" role="row" aria-rowindex="1">${columns.map((name) => header(name, view, actions))}</div>
        ${this.printed && rows.length > PRINTED ? html`<p class="hint">${t('table.printed', { n: PRINTED })}</p>` : nothing}
        ${rows.length ? nothing : html`<p class="none">${t('table.none')}</p>`}
        <div class="body" role="rowgroup" .style=${`height:${this.#virtualizer.getTotalSize()}px`}>
          ${repeat(
            this.#items(),
            ({ index }) => rows[index],
            ({ index, start }) => line(view, columns, rows[index], index, start - HEAD, select),
          )}
        </div>
      </div>
    `;
  }

  /** The rows to draw: those near the view, or those for paper, whose places follow from one another. */
  #items() {
    if (this.printed) return Array.from({ length: Math.min(PRINTED, this.#rows.length) }, (_, index) => ({ index, start: 0 }));
    return this.#virtualizer.getVirtualItems().filter(({ index }) => index < this.#rows.length);
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

  #key(event, input, select, actions) {
    const { view } = input;
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const last = this.#rows.length - 1;
    const now = this.#rows.indexOf(view.selected);
    const page = Math.max(1, Math.floor(this.#element.clientHeight / ROW.wide) - 2);
    const steps = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: page, PageUp: -page, Home: -last, End: last };
    if (event.key === 'Enter' && now >= 0) actions.view({ details: true });
    else if (event.key === 'Escape') actions.view(view.details ? { details: false } : { filter: '' });
    else if (event.key === 'c' && now >= 0) actions.copyRow(input);
    else if (event.key in steps && last >= 0) {
      const next = now < 0 ? (event.key === 'End' ? last : 0) : Math.max(0, Math.min(last, now + steps[event.key]));
      select(this.#rows[event.key === 'Home' ? 0 : next], {});
    } else return;
    event.preventDefault();
  }
}

/** A column's width as a share of the paper: what takes more than its least on the screen takes some more here. */
function shareOf(width) {
  const [em, times = 1] = width.match(/[\d.]+(?=em|fr)/g);
  return `minmax(0,${(em * Math.sqrt(times)).toFixed(1)}fr)`;
}

/** The columns in view: those chosen that there are, without those that leave their room to the details. */
function columnsShown(view) {
  const { result } = view.found;
  const chosen = (view.columns ?? FIRST_COLUMNS).filter((name) => columnOf(name, result));
  const names = chosen.length ? chosen : FIRST_COLUMNS;
  const kept = names.filter((name) => narrow.matches || !view.details || roomy.matches || !columnOf(name, result).yields);
  return kept.length ? kept : names;
}

function header(name, view, actions) {
  const { result, sort: { column, direction } } = view.found;
  const sorted = name === column;
  const { first, number } = columnOf(name, result);
  // Of the order that was asked for: a second click may come before the first is answered.
  const turn = ({ sort }) => ({ column: name, direction: sort.column !== name ? first : sort.direction === 'asc' ? 'desc' : 'asc' });
  const label = heading(name, result);
  return html`
    <div class="cell ${name} ${number ? 'number' : ''}" role="columnheader" aria-sort=${sorted ? `${direction}ending` : 'none'}>
      <button title=${label} @click=${() => actions.view({ sort: turn(view) })}>
        <span>${label}</span><span class="way" aria-hidden="true">${sorted ? (direction === 'asc' ? '↑' : '↓') : ''}</span>
      </button>
    </div>
  `;
}

function line({ selected, found: { result, threshold, marks } }, columns, row, index, start, select) {
  const verdict = verdictOf(result, row, threshold);
  return html`
    <div
      class="row ${verdict} ${index % 2 ? 'odd' : ''}"
      role="row"
      id="row-${row}"
      aria-rowindex=${index + 2}
      aria-selected=${row === selected}
      .style=${`transform:translateY(${start}px)`}
      @click=${() => select(row, { details: true })}
    >
      ${columns.map((name) => cell(name, result, row, verdict, marks))}
    </div>
  `;
}
