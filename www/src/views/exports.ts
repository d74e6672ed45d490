// What can be taken along: destinations for other tools; of the whole input the Report, the features, the logs, the flagged packets.

import { html, nothing } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import type { Shown, View } from '../state/input.ts';
import type { ExportFormat } from '../state/state.ts';
import type { Actions } from '../state/store.ts';
import { labelled, t } from '../text.ts';
import { carving } from './carving.ts';
import type { On } from './events.ts';
import { arrowDown } from './icons.ts';
import { sharing } from './sharing.ts';

const ROWS: [what: string, formats: ExportFormat[]][] = [
  ['report', ['html', 'json']],
  ['features', ['csv', 'tsv']],
];

export function exports(shown: Shown, actions: Actions) {
  return html`
    <p class="hint">${t('export.text')}</p>
    <h2>${t('share.title')}</h2>
    ${sharing(shown, actions)}
    ${shown.input.kind === 'case' ? html`<p class="hint">${t('export.case')}</p>` : ofInput(shown, actions)}
  `;
}

/** What is of the whole input. */
function ofInput(shown: Shown, actions: Actions) {
  const logs = shown.found.result.outline.logs.map((log): (typeof ROWS)[0] => [log, ['zeek', 'json']]);
  return html`
    <h2>${t('export.input')}</h2>
    <ul class="exports">
      ${[...ROWS, ...logs].map(
        ([what, formats]) => html`
          <li>
            <div>
              <strong>${t(`export.${what}`)}</strong><span>${t(`export.${what}.text`)}</span>
              ${what === 'report' ? redaction(shown.view, actions) : nothing}
            </div>
            <div class="buttons">
              ${formats.map(
                (format) => html`
                  <button
                    class="button"
                    data-export="${what}.${format}"
                    aria-label=${labelled(t(`export.${what}`), t(`format.${format}`))}
                    @click=${() => actions.export(shown.input, what, format)}
                  >
                    ${arrowDown}${t(`format.${format}`)}
                  </button>
                `,
              )}
            </div>
          </li>
        `,
      )}
      ${carving(shown, actions)}
    </ul>
  `;
}

/** Whether the Report leaves out what is internal. */
function redaction(view: View, actions: Actions) {
  return html`
    <label class="switch">
      <input type="checkbox" id="redact" aria-describedby="redact-text" .checked=${live(view.redact)} @change=${(event: On<HTMLInputElement>) => actions.view({ redact: event.target.checked })} />${t('export.redact')}
    </label>
    <span id="redact-text">${t('export.redact.text')}</span>
  `;
}
