// The Report as the command line prints it; with a redactor, without what is internal.

import type { Answerer } from '../engine/answers.ts';
import type { Engine } from '../engine/engine.ts';
import type { Result } from '../model/result.ts';
import { answererOf, type Input, resultOf } from '../state/input.ts';
import type { Redactor } from './redact.ts';

/** Tuples that the worker explains at a time. */
const EXPLAINED = 200;

/** A Blob of JSON, written tuple by tuple: of a large capture it is longer than a string may be. */
export async function jsonReport(input: Input, redactor?: Redactor): Promise<Blob> {
  for (;;) {
    // While the analysis runs, a newer result may come: then the Report is of that one.
    const [result, answerer] = [resultOf(input), answererOf(input)];
    if (!result || !answerer) throw new Error('the input was taken out');
    const parts = await partsOf(result, answerer, redactor);
    if (parts) return new Blob(parts, { type: 'application/json' });
  }
}

async function partsOf(
  result: Result,
  answerer: Engine | Answerer,
  redactor: Redactor | undefined,
): Promise<string[] | undefined> {
  const head = redactor ? redactor.head(result.head) : result.head;
  const parts = [JSON.stringify(head).slice(0, -1), ',"tuples":['];
  for (let first = 0; first < result.length; first += EXPLAINED) {
    const rows = await answerer.ask('contributions', [result.serial, first, EXPLAINED]);
    if (!rows) return undefined;
    for (let i = first; i < Math.min(first + EXPLAINED, result.length); i++) {
      const contributions = rows.subarray((i - first) * result.width, (i - first + 1) * result.width);
      const tuple = result.explained(i, contributions);
      parts.push((i ? ',' : '') + JSON.stringify(redactor ? redactor.tuple(tuple) : tuple));
    }
  }
  parts.push(']}\n');
  return parts;
}
