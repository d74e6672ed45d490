// The table of 4-tuples with plots and filter above it, and beside it the details of the chosen one.

import { html, nothing } from 'lit-html';
import { details } from './details.ts';
import { overview, toolbar } from './overview.ts';

export function destinations(input, actions) {
  const { view } = input;
  return html`
    ${overview(input, actions)}
    <div class="split ${view.details ? 'open' : ''}">
      <div class="list">${toolbar(input, actions)} ${view.table.template(input, actions)}</div>
      ${view.details && view.selected !== undefined ? details(input, actions) : nothing}
    </div>
  `;
}
