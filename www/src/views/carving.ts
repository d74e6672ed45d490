// The row of the exports that gives the flagged packets: what can be had, or why nothing can.

import { html, nothing } from 'lit-html';
import { countVerdicts } from '../model/tuples.ts';
import type { Carving, Input, Shown } from '../state/input.ts';
import type { Actions } from '../state/store.ts';
import { failureText, labelled, percent, t, visible } from '../text.ts';
import { arrowDown } from './icons.ts';

export function carving({ input, status, found }: Shown, actions: Actions) {
  const { kind, carving } = input;
  const flagged = countVerdicts(found.result, found.threshold)['malware-like'];
  const obstacle =
    kind !== 'capture' ? 'logs' : status.is === 'running' ? 'running' : flagged ? undefined : 'none';
  return html`
    <li>
      <div>
        <strong>${t('export.packets')}</strong>
        <span>${obstacle ? t(`export.packets.${obstacle}`) : t('export.packets.text', { count: flagged, flagged })}</span>
        <span class="said" role="status">${carving ? said(carving, input) : nothing}</span>
      </div>
      ${
        kind === 'capture'
          ? html`
            <div class="buttons">
              <button
                class="button"
                data-export="packets"
                aria-label=${labelled(t('export.packets'), t('format.capture'))}
                ?disabled=${obstacle !== undefined || carving?.is === 'running'}
                @click=${() => actions.carve(input)}
              >
                ${arrowDown}${t('format.capture')}
              </button>
            </div>
          `
          : nothing
      }
    </li>
  `;
}

function said(carving: Carving, { size }: Input): string {
  if (carving.is === 'failed')
    return t('export.packets.failed', { message: visible(failureText(carving.failure)) });
  const { bytes, packets, kept } = carving;
  if (carving.is === 'running') return t('export.packets.progress', { share: percent(bytes / size), kept });
  return t('export.packets.done', { kept, packets });
}
