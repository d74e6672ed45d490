// The row of the exports that gives the flagged packets: what can be had, or why nothing can.

import { html, nothing } from 'lit-html';
import { percent, t, visible } from '../text.ts';
import { countVerdicts } from '../model/tuples.ts';
import { arrowDown } from './icons.ts';

export function carving(input, actions) {
  const { kind, status, carving, view } = input;
  const flagged = countVerdicts(view.found.result, view.found.threshold)['malware-like'];
  const obstacle = kind !== 'capture' ? 'logs' : status === 'running' ? 'running' : flagged ? undefined : 'none';
  return html`
    <li>
      <div>
        <strong>${t('export.packets')}</strong>
        <span>${obstacle ? t(`export.packets.${obstacle}`) : t('export.packets.text', { count: flagged, flagged })}</span>
        <span class="said" role="status">${carving ? said(carving, input) : nothing}</span>
      </div>
      ${kind === 'capture'
        ? html`
            <div class="buttons">
              <button
                class="button"
                data-export="packets"
                aria-label="${t('export.packets')}: ${t('format.capture')}"
                ?disabled=${obstacle !== undefined || carving?.running}
                @click=${() => actions.carve(input)}
              >
                ${arrowDown}${t('format.capture')}
              </button>
            </div>
          `
        : nothing}
    </li>
  `;
}

function said({ running, failed, bytes, packets, kept }, { size }) {
  if (failed) return t('export.packets.failed', { message: visible(failed) });
  if (running) return t('export.packets.progress', { share: percent(bytes / size), kept });
  return t('export.packets.done', { kept, packets });
}
