// One export of an input: its Blob, and the name to save it under.

import { htmlReport } from './html.ts';
import { jsonReport } from './json.ts';
import { Redactor } from './redact.ts';
import { csvLine, tsvLine } from '../model/spreadsheet.ts';

const ENDINGS = { zeek: 'log', json: 'json', tsv: 'tsv', csv: 'csv' };

/** `what` is report, features or a log; what is of a part of the input says so in its name. */
export async function exported(input, what, format) {
  const part = input.partial || input.status === 'running' ? '.partial' : '';
  if (what !== 'report') return { name: `${input.name}${part}.${what}.${ENDINGS[format]}`, blob: await textOf(input.engine, what, format) };
  const redactor = input.view.redact ? new Redactor(input.result) : undefined;
  const blob = await { html: htmlReport, json: jsonReport }[format](input, redactor);
  return { name: `${redactor ? 'capture' : input.name}${part}.report.${format}`, blob };
}

async function textOf(engine, what, format) {
  const blob = await engine.text(what, format);
  if (what !== 'features') return blob;
  const line = { tsv: tsvLine, csv: csvLine }[format];
  const rows = (await blob.text()).trimEnd().split('\n');
  return new Blob(rows.map((row) => `${line(row.split('\t'))}\n`), { type: 'text/plain' });
}
