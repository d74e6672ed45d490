// One cell of the table, and the heading of its column.

import { html, nothing } from 'lit-html';
import { spark } from './plots/spark.ts';
import { COLUMNS, columnOf } from '../model/columns.ts';
import { featureLabel, moment, number, score, t, visible } from '../text.ts';
import { destination } from '../model/tuples.ts';
import { verdictIcons } from './icons.ts';
import { rowMarks } from './marks.ts';
import { valueText } from './value.ts';

/** Server names that a cell's title lists. */
const LISTED = 10;

export function heading(name, result) {
  return Object.hasOwn(COLUMNS, name) ? t(`table.${name}`) : featureLabel(columnOf(name, result).feature);
}

export function cell(name, result, row, verdict, marks) {
  const tuple = result.outline.tuples[row];
  switch (name) {
    case 'verdict':
      return html`<div class="cell verdict" role="gridcell">${verdictIcons[verdict]}<span>${t(`verdict.${verdict}`)}</span></div>`;
    case 'score':
      return html`<div class="cell score" role="gridcell"><span>${score(result.score(row))}</span><i .style=${`--share:${result.score(row)}`}></i></div>`;
    case 'server':
      return server(tuple, rowMarks(marks, row));
    case 'destination':
      return html`<div class="cell destination" role="gridcell">${destination(tuple)}${tuple.proto === 'tcp' ? nothing : html`<small>/${tuple.proto}</small>`}</div>`;
    case 'source':
      return html`<div class="cell source" role="gridcell">${tuple.orig_h}</div>`;
    case 'connections':
      return html`<div class="cell connections number" role="gridcell">${number(tuple.connections)}<small> ${t('table.conns')}</small></div>`;
    case 'activity':
      return html`<div class="cell activity" role="gridcell"><span class="unseen">${began(result, row)}</span>${spark(result, row, verdict === 'malware-like')}</div>`;
    case 'began':
      return html`<div class="cell began more" role="gridcell">${began(result, row)}</div>`;
    default:
      return value(columnOf(name, result), result, row);
  }
}

function server({ server_names }, marks) {
  const [name, ...more] = server_names;
  return html`
    <div class="cell server" role="gridcell" title=${visible(server_names.slice(0, LISTED).join(', '))}>
      ${name ? html`<span>${visible(name)}</span>` : html`<span class="absent">${t('table.no_name')}</span>`}${more.length
        ? html`<b>+${number(more.length)}</b>`
        : nothing}${marks}
    </div>
  `;
}

function began(result, row) {
  const [first] = result.startsOf(row);
  return first === undefined ? '' : moment(first);
}

function value({ feature, place }, result, row) {
  const value = result.value(place, row);
  return html`<div class="cell more number" role="gridcell">${valueText(feature, Number.isNaN(value) ? null : value)}</div>`;
}
