// The raw rows of the three logs that belong to the chosen tuple.

import { html, nothing } from 'lit-html';
import type { Evidence } from '../model/evidence.ts';
import type { LogRow } from '../model/report.ts';
import type { View } from '../state/input.ts';
import type { Actions } from '../state/store.ts';
import { duration, preciseMoment, t, visible } from '../text.ts';

const LOGS = ['conn', 'ssl', 'x509'] as const;
/** Rows shown of a log. */
const ROWS = 100;

export function logRows(evidence: Evidence, view: View, actions: Actions) {
  const open = LOGS.find((log) => log === view.log);
  return html`
    <section class="logrows">
      <h3>${t('logrows.title')}</h3>
      <div class="chips">
        ${LOGS.map(
          (log) =>
            html`<button class="chip" aria-pressed=${log === open} ?disabled=${!evidence[log].length} @click=${() => actions.view({ log: log === open ? undefined : log })}>${log}.log</button>`,
        )}
      </div>
      ${open ? rows(open, evidence[open]) : nothing}
    </section>
  `;
}

function rows(log: string, records: LogRow[]) {
  const shown = records.slice(0, ROWS);
  const names = [...new Set(shown.flatMap((record) => Object.keys(record)))];
  return html`
    <div class="scroll" tabindex="0" role="region" aria-label="${log}.log">
      <table>
        <thead><tr>${names.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
        <tbody>${shown.map((record) => html`<tr>${names.map((name) => html`<td title=${plain(record[name])}>${cell(name, record[name])}</td>`)}</tr>`)}</tbody>
      </table>
    </div>
    ${records.length > ROWS ? html`<p class="hint">${t('logrows.cut', { n: ROWS })}</p>` : nothing}
  `;
}

/** Columns that are moments, as Zeek names them, and those that last. */
const MOMENTS = /^(ts|certificate\.not_valid_(before|after))$/;
const LENGTHS = new Set(['duration']);

/** A value as people read it; its title has it as the log does. */
function cell(name: string, value: unknown): string {
  if (typeof value === 'number' && MOMENTS.test(name)) return preciseMoment(value);
  if (typeof value === 'number' && LENGTHS.has(name)) return duration(value);
  return plain(value);
}

function plain(value: unknown): string {
  if (value === undefined) return '-';
  return visible(Array.isArray(value) ? value.join(',') : String(value));
}
