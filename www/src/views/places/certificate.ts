// A certificate: where it was served and when, the chain that it stands in, and what is in it.

import { html, nothing } from 'lit-html';
import { recordsOf } from '../../model/connections.ts';
import { tuplesWith } from '../../model/host.ts';
import type { LogRow } from '../../model/report.ts';
import type { Shown } from '../../state/input.ts';
import { lookedAt } from '../../state/looked.ts';
import type { Actions } from '../../state/store.ts';
import { failureText, moment, t, visible } from '../../text.ts';
import { certificateFacts, chain } from '../chain.ts';
import { placeHead } from './head.ts';
import { neighbours } from './neighbours.ts';
import { tuplesTable } from './tuples.ts';

export function certificate(shown: Shown, value: string, actions: Actions) {
  const { input, found } = shown;
  const looked = lookedAt(input, 'certificateSeen', [value]);
  const seen = looked?.answer;
  const own = tuplesWith(found.result, value);
  const places = seen?.tuples.length ? seen.tuples : own;
  const [ssl, x509] = [seen?.ssl, seen?.x509].map((lines) => recordsOf(lines ?? ''));
  const record = x509.find(({ fingerprint, id }) => fingerprint === value || id === value);
  const hosts = new Set(places.map((place) => found.result.outline.tuples[place].orig_h)).size;
  const told = looked?.failure
    ? visible(failureText(looked.failure))
    : !seen
      ? t('details.loading')
      : seen.first_ts === null || seen.last_ts === null
        ? t('served.unseen')
        : t('served.told', {
            handshakes: seen.handshakes,
            places: places.length,
            hosts,
            from: moment(seen.first_ts),
            to: moment(seen.last_ts),
          });
  return html`
    <div class="place" data-place="certificate">
      ${placeHead({ field: 'certificate', value }, record && certificateFacts(record).title, told, actions)}
      ${own.length || !seen ? nothing : html`<p class="hint">${t('served.above')}</p>`}
      ${tuplesTable(found, places, t('served.served', { n: places.length }), actions)}
      ${ssl.length ? chain(shown, { ssl, x509 }, actions) : nothing} ${record ? raw(record) : nothing}
      ${neighbours(found, places, actions)}
    </div>
  `;
}

/** All fields of its record, as x509.log has them. */
function raw(record: LogRow) {
  return html`
    <details>
      <summary>${t('served.raw')}</summary>
      <dl class="pairs">
        ${Object.entries(record).map(([name, value]) => html`<div><dt><code>${name}</code></dt><dd>${visible(Array.isArray(value) ? value.join(', ') : String(value))}</dd></div>`)}
      </dl>
    </details>
  `;
}
