// The table of 4-tuples with plots and filter above it, and beside it the details of the chosen one.

import { html, nothing } from 'lit-html';
import { marksOf } from '../lists/marks.js';
import { rowsOf } from '../rows.js';
import { details } from './details.js';
import { bar, overview } from './overview.js';

export function destinations(input, actions) {
  const { view } = input;
  const found = rowsShown(input);
  return html`
    ${overview(input, actions)}
    <div class="split ${view.details ? 'open' : ''}">
      <div class="list">${bar(input, found, actions)} ${view.table.template(input, found.rows, actions)}</div>
      ${view.details && view.selected !== undefined ? details(input, actions) : nothing}
    </div>
  `;
}

/** The rows, computed anew only when the result, the filter, the order or a list has changed. */
function rowsShown({ result, view }) {
  const { filter, threshold, brush, sort } = view;
  const marks = marksOf(result);
  const key = JSON.stringify([filter, threshold, brush, sort, marks.state]);
  if (view.found?.key !== key || view.found.result !== result) view.found = { key, result, ...rowsOf(result, marks, view) };
  return view.found;
}
