// One cell of the table, and the heading of its column.

import { html, nothing, type TemplateResult } from 'lit-html';
import { columnOf, isOwnColumn } from '../model/columns.ts';
import type { Marks } from '../model/marks.ts';
import type { TupleOutline, Verdict } from '../model/report.ts';
import type { Result } from '../model/result.ts';
import { destination } from '../model/tuples.ts';
import { featureLabel, listed, moment, number, score, t, visible } from '../text.ts';
import { verdictIcons } from './icons.ts';
import { rowMarks } from './marks.ts';
import { spark } from './plots/spark.ts';
import { valueText } from './value.ts';

/** Server names that a cell's title lists. */
const LISTED = 10;

export function heading(name: string, result: Result): string {
  if (isOwnColumn(name)) return t(`table.${name}`);
  const column = columnOf(name, result);
  return column?.shows ? featureLabel(column.shows.feature) : name;
}

export function cell(name: string, result: Result, row: number, verdict: Verdict, marks: Marks) {
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
    case 'input': {
      const inputs = result.inputsOf(row);
      const text = inputs.length > 1 ? t('case.seen', { count: inputs.length }) : visible(inputs[0]);
      return html`<div class="cell more" role="gridcell" title=${visible(listed(inputs, LISTED))}>${text}</div>`;
    }
    case 'source':
      return html`<div class="cell source" role="gridcell">${tuple.orig_h}</div>`;
    case 'connections':
      return html`<div class="cell connections number" role="gridcell">${number(tuple.connections)}<small> ${t('table.conns')}</small></div>`;
    case 'activity':
      return html`<div class="cell activity" role="gridcell"><span class="unseen">${began(result, row)}</span>${spark(result, row, verdict === 'malware-like')}</div>`;
    case 'began':
      return html`<div class="cell began more" role="gridcell">${began(result, row)}</div>`;
    case 'organisation':
    case 'country': {
      const text = visible(marks.placeOf(tuple.resp_h)[name] ?? '');
      return html`<div class="cell more" role="gridcell" title=${text}>${text}</div>`;
    }
    case 'status': {
      const [note] = marks.notes.get(row) ?? [];
      return html`<div class="cell more" role="gridcell" title=${visible(note?.text ?? '')}>${t(`note.status.${note?.status ?? 'new'}`)}</div>`;
    }
    case 'network': {
      const { profile_verdict: judged } = tuple;
      return html`<div class="cell verdict ${judged ?? ''}" role="gridcell">${judged ? html`${verdictIcons[judged]}<span>${t(`verdict.${judged}`)}</span>` : nothing}</div>`;
    }
    default:
      return value(name, result, row);
  }
}

function server({ server_names }: TupleOutline, marks: TemplateResult) {
  const [name, ...more] = server_names;
  return html`
    <div class="cell server" role="gridcell" title=${visible(listed(server_names, LISTED))}>
      ${name ? html`<span>${visible(name)}</span>` : html`<span class="absent">${t('table.no_name')}</span>`}${
        more.length ? html`<b>+${number(more.length)}</b>` : nothing
      }${marks}
    </div>
  `;
}

function began(result: Result, row: number): string {
  const [first] = result.startsOf(row);
  return first === undefined ? '' : moment(first);
}

function value(name: string, result: Result, row: number) {
  const shows = columnOf(name, result)?.shows;
  if (!shows) return nothing;
  const { feature, place } = shows;
  const value = result.value(place, row);
  return html`<div class="cell more number" role="gridcell">${valueText(feature, Number.isNaN(value) ? null : value)}</div>`;
}
