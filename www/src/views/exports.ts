// What can be taken along: the logs, the features, the Report, the flagged packets.

import { html, nothing } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { t } from '../text.ts';
import { carving } from './carving.ts';
import { arrowDown } from './icons.ts';

const ROWS = [
  ['report', ['html', 'json']],
  ['features', ['csv', 'tsv']],
];

export function exports(input, actions) {
  return html`
    <p class="hint">${t('export.text')}</p>
    <ul class="exports">
      ${[...ROWS, ...input.result.outline.logs.map((log) => [log, ['zeek', 'json']])].map(
        ([what, formats]) => html`
          <li>
            <div>
              <strong>${t(`export.${what}`)}</strong><span>${t(`export.${what}.text`)}</span>
              ${what === 'report' ? redaction(input, actions) : nothing}
            </div>
            <div class="buttons">
              ${formats.map(
                (format) => html`
                  <button
                    class="button"
                    data-export="${what}.${format}"
                    aria-label="${t(`export.${what}`)}: ${t(`format.${format}`)}"
                    @click=${() => actions.export(input, what, format)}
                  >
                    ${arrowDown}${t(`format.${format}`)}
                  </button>
                `,
              )}
            </div>
          </li>
        `,
      )}
      ${carving(input, actions)}
    </ul>
  `;
}

/** Whether the Report leaves out what is internal. */
function redaction({ view }, actions) {
  return html`
    <label class="switch">
      <input type="checkbox" id="redact" aria-describedby="redact-text" .checked=${live(Boolean(view.redact))} @change=${(event) => actions.view({ redact: event.target.checked })} />${t('export.redact')}
    </label>
    <span id="redact-text">${t('export.redact.text')}</span>
  `;
}
