// One export of an input: its Blob, and the name to save it under.

import { csvLine, tsvLine } from '../model/spreadsheet.ts';
import { answererOf, type Input, isPart, resultOf } from '../state/input.ts';
import type { ExportFormat } from '../state/state.ts';
import { htmlReport } from './html.ts';
import { jsonReport } from './json.ts';
import { Redactor } from './redact.ts';

const ENDINGS: Record<ExportFormat, string> = {
  zeek: 'log',
  json: 'json',
  tsv: 'tsv',
  csv: 'csv',
  html: 'html',
};

/** `what` is report, features or a log; what is of a part of the input says so in its name. */
export async function exported(
  input: Input,
  what: string,
  format: ExportFormat,
): Promise<{ name: string; blob: Blob }> {
  const part = isPart(input) ? '.partial' : '';
  if (what !== 'report')
    return {
      name: `${input.name}${part}.${what}.${ENDINGS[format]}`,
      blob: await textOf(input, what, format),
    };
  const result = resultOf(input);
  const redactor = result && input.shown?.view.redact ? new Redactor(result) : undefined;
  const blob = await (format === 'html' ? htmlReport : jsonReport)(input, redactor);
  return { name: `${redactor ? 'capture' : input.name}${part}.report.${format}`, blob };
}

async function textOf(input: Input, what: string, format: ExportFormat): Promise<Blob> {
  const blob = await answererOf(input)?.ask('text', [what, format]);
  if (!blob) throw new Error('the input was taken out');
  if (what !== 'features') return blob;
  const line = format === 'csv' ? csvLine : tsvLine;
  const rows = (await blob.text()).trimEnd().split('\n');
  return new Blob(
    rows.map((row) => `${line(row.split('\t'))}\n`),
    { type: 'text/plain' },
  );
}
