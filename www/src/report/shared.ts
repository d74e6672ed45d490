// Destinations for other tools: those that the reader has chosen, in the format of one of them.

import build from 'hushcap:build';
import { type Chosen, chosenOf, type Finding } from '../model/exchange/finding.ts';
import { FORMATS, type FormatName, randomUuid } from '../model/exchange/formats.ts';
import { ticketText } from '../model/exchange/ticket.ts';
import { finished } from '../model/steps.ts';
import { isPart, type Shown } from '../state/input.ts';
import { learnedSha1s } from '../state/lists/marks.ts';
import { scopeOf, scopesOf } from '../state/scope.ts';
import type { SharedFile } from '../state/state.ts';

/** A file of the chosen destinations, and how much is in it. */
export async function shared(shown: Shown, format: FormatName): Promise<SharedFile> {
  const { input, view } = shown;
  const scopes = scopesOf(shown);
  const rows = scopes.get(scopeOf(shown, scopes)) ?? [];
  const { ending, type, write } = FORMATS[format];
  const chosen = await chosenFrom(shown, rows);
  const making = { made: new Date(), version: build.version, sids: view.sids, uuid: randomUuid };
  const { parts, entries, left } = await finished(write(chosen, making));
  const part = isPart(input) ? '.partial' : '';
  return { name: `${input.name}${part}.${ending}`, blob: new Blob(parts, { type }), entries, left };
}

/** A destination in a paragraph. */
export async function ticket(shown: Shown, index: number): Promise<string> {
  const { findings } = await chosenFrom(shown, [index]);
  const [finding] = findings as [Finding];
  return ticketText(finding, shown.found.threshold ?? shown.found.result.outline.model.threshold);
}

async function chosenFrom({ input, found }: Shown, rows: ArrayLike<number>): Promise<Chosen> {
  const sha1s = await learnedSha1s(input);
  return finished(chosenOf(found, rows, sha1s, (index) => found.result.inputsOf(index).join(' + ')));
}
