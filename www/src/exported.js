// One export of an input: its Blob, and the name to save it under.

import { htmlReport } from './report/html.js';
import { jsonReport } from './report/json.js';
import { Redactor } from './report/redact.js';

const ENDINGS = { zeek: 'log', json: 'json', tsv: 'tsv' };

/** `what` is report, features or a log; what is of a part of the input says so in its name. */
export async function exported(input, what, format) {
  const part = input.partial || input.status === 'running' ? '.partial' : '';
  if (what !== 'report') return { name: `${input.name}${part}.${what}.${ENDINGS[format]}`, blob: await input.engine.text(what, format) };
  const redactor = input.view.redact ? new Redactor(input.result) : undefined;
  const blob = await { html: htmlReport, json: jsonReport }[format](input, redactor);
  return { name: `${redactor ? 'capture' : input.name}${part}.report.${format}`, blob };
}
