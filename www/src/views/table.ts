// The table of 4-tuples as an ARIA grid of which only the rows in view exist.
//
// The grid has the focus and names the current row by aria-activedescendant: j, k, the arrows, Page Up, Page Down, Home and End
// move it, Enter opens its details, Escape closes them, c copies it. On a narrow window a row is a card of three lines.

import { html, nothing } from 'lit-html';
import { ref } from 'lit-html/directives/ref.js';
import { repeat } from 'lit-html/directives/repeat.js';
import { columnOf, FIRST_COLUMNS } from '../model/columns.ts';
import { verdictOf } from '../model/tuples.ts';
import type { Sort } from '../state/finder.ts';
import type { Input, Shown, View } from '../state/input.ts';
import type { Actions } from '../state/store.ts';
import { t } from '../text.ts';
import { cell, heading } from './cells.ts';
import type { On } from './events.ts';
import { type Item, keptByInput, narrow, rowByKey, TableRows } from './rows.ts';

/** Room for the details and all columns side by side. */
const roomy = matchMedia('(min-width: 1700px)');
const HEIGHTS = { wide: 40, dense: 28, narrow: 92, head: 36 };
/** Rows that are printed; the exports hold all. */
const PRINTED = 1000;
/** Pixels that the columns take at least before the grid scrolls sideways: in all, and each. */
const LEAST = { grid: 860, column: 118 };

/** Has a row chosen, and something of the view changed with it. */
type Select = (row: number, change: Partial<View>) => void;

const tables = keptByInput((refresh) => new Table(refresh));

export const tableOf = (input: Input, actions: Actions): Table => tables.of(input, actions.refresh);

/** To be called after each drawing of the page. */
export const drawnTable = tables.drawn;

class Table {
  #drawn: TableRows;
  #rows: Uint32Array = new Uint32Array();
  #dense = false;

  /** `refresh` draws the page again. */
  constructor(refresh: () => void) {
    this.#drawn = new TableRows(HEIGHTS, refresh);
    roomy.addEventListener('change', refresh);
  }

  template(shown: Shown, actions: Actions) {
    const { view, found, printed, dense } = shown;
    const { result, rows } = found;
    const columns = columnsShown(shown);
    const widths = columns.flatMap((name) => columnOf(name, result)?.width ?? []);
    const least = narrow.matches
      ? 0
      : Math.max(columns.length > 5 ? LEAST.grid : 0, columns.length * LEAST.column);
    if (rows !== this.#rows || dense !== this.#dense) {
      this.#rows = rows;
      this.#dense = dense;
      this.#drawn.take(rows.length, dense);
    }
    const select: Select = (row, change) => {
      actions.view({ selected: row, ...change });
      this.#drawn.scrollTo(this.#rows.indexOf(row));
    };
    const selected = view.selected === undefined ? -1 : rows.indexOf(view.selected);
    return html`
      <div
        class="grid"
        role="grid"
        id="grid"
        tabindex="0"
        aria-label=${t('table.label')}
        aria-rowcount=${rows.length + 1}
        aria-busy=${shown.busy}
        aria-colcount=${columns.length}
        .style=${`--columns:${widths.join(' ')};--paper:${widths.map(shareOf).join(' ')};--least:${least}px`}
        aria-activedescendant=${selected < 0 ? nothing : `row-${view.selected}`}
        @keydown=${(event: On<HTMLElement, KeyboardEvent>) => this.#key(event, shown, select, actions)}
        ${ref((element) => this.#drawn.mount(element as HTMLElement | undefined))}
      >
        <div class="head" role="row" aria-rowindex="1">${columns.map((name) => header(name, shown, actions))}</div>
        ${printed && rows.length > PRINTED ? html`<p class="hint">${t('table.printed', { n: PRINTED })}</p>` : nothing}
        ${rows.length ? nothing : html`<p class="none">${t('table.none')}</p>`}
        <div class="body" role="rowgroup" .style=${`height:${this.#drawn.height}px`}>
          ${repeat(
            this.#items(printed),
            ({ index }) => rows[index],
            ({ index, start }) => line(shown, columns, rows[index], index, start, select),
          )}
        </div>
      </div>
    `;
  }

  /** The rows to draw: those near the view, or those for paper, whose places follow from one another. */
  #items(printed: boolean): Item[] {
    if (!printed) return this.#drawn.items;
    return Array.from({ length: Math.min(PRINTED, this.#rows.length) }, (_, index) => ({ index, start: 0 }));
  }

  drawn(): void {
    this.#drawn.drawn();
  }

  #key(event: On<HTMLElement, KeyboardEvent>, shown: Shown, select: Select, actions: Actions): void {
    const { view } = shown;
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const last = this.#rows.length - 1;
    const now = view.selected === undefined ? -1 : this.#rows.indexOf(view.selected);
    const next = rowByKey(event.key, now, last, this.#drawn.page(event.currentTarget.clientHeight));
    if (event.key === 'Enter' && now >= 0) actions.view({ details: true });
    else if (event.key === 'Escape') actions.view(view.details ? { details: false } : { filter: '' });
    else if (event.key === 'c' && now >= 0) actions.copyRow(shown);
    else if (next !== undefined) select(this.#rows[next], {});
    else return;
    event.preventDefault();
  }
}

/** A column's width as a share of the paper: what takes more than its least on the screen takes some more here. */
function shareOf(width: string): string {
  const [em = 1, times = 1] = (width.match(/[\d.]+(?=em|fr)/g) ?? []).map(Number);
  return `minmax(0,${(em * Math.sqrt(times)).toFixed(1)}fr)`;
}

/** The columns in view: those chosen that there are, without those that leave their room to the details. */
function columnsShown({ view, found: { result } }: Shown): readonly string[] {
  const chosen = (view.columns ?? FIRST_COLUMNS).filter((name) => columnOf(name, result));
  const names = chosen.length ? chosen : FIRST_COLUMNS;
  const kept = names.filter(
    (name) => narrow.matches || !view.details || roomy.matches || !columnOf(name, result)?.yields,
  );
  return kept.length ? kept : names;
}

function header(name: string, { view, found }: Shown, actions: Actions) {
  const {
    result,
    sort: { column, direction },
  } = found;
  const sorted = name === column;
  const { first, number } = columnOf(name, result) ?? { first: 'asc' as const, number: false };
  // Of the order that was asked for: a second click may come before the first is answered.
  const turn = ({ sort }: View): Sort => ({
    column: name,
    direction: sort.column !== name ? first : sort.direction === 'asc' ? 'desc' : 'asc',
  });
  const label = heading(name, result);
  return html`
    <div class="cell ${name} ${number ? 'number' : ''}" role="columnheader" aria-sort=${sorted ? `${direction}ending` : 'none'}>
      <button title=${label} @click=${() => actions.view({ sort: turn(view) })}>
        <span>${label}</span><span class="way" aria-hidden="true">${sorted ? (direction === 'asc' ? '↑' : '↓') : ''}</span>
      </button>
    </div>
  `;
}

function line(
  { view: { selected }, found: { result, threshold, marks } }: Shown,
  columns: readonly string[],
  row: number,
  index: number,
  start: number,
  select: Select,
) {
  const verdict = verdictOf(result, row, threshold);
  return html`
    <div
      class="row ${verdict} ${index % 2 ? 'odd' : ''} ${marks.expected.has(row) ? 'expected' : ''}"
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
