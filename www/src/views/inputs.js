// The strip of inputs: each with its state, shown once there is more than one.

import { html, nothing } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { countVerdicts } from '../tuples.js';
import { percent, t, visible } from '../text.js';
import { cross, flask } from './icons.js';

export function inputs(state, actions) {
  const { inputs } = state.queue;
  if (inputs.length < 2 && (state.shown || !inputs.length)) return nothing;
  return html`
    <nav class="inputs" aria-label=${t('inputs.label')}>
      <ul>
        ${repeat(
          inputs,
          ({ id }) => id,
          (input) => html`
            <li class=${input.status}>
              <button
                class="input"
                aria-current=${input === state.shown ? 'page' : 'false'}
                @click=${() => actions.show(input)}
              >
                <strong>${visible(input.name)}</strong>
                <span>${input.lab ? html`${flask}<span class="unseen">${t('start.laboratory')}, </span>` : nothing}${standing(input)}</span>
              </button>
              <button class="quiet close" aria-label=${t('inputs.remove', { name: visible(input.name) })} @click=${() => actions.remove(input)}>
                ${cross}
              </button>
            </li>
          `,
        )}
      </ul>
    </nav>
  `;
}

function standing(input) {
  switch (input.status) {
    case 'running':
      return percent(input.size ? input.progress.bytes / input.size : 0);
    case 'done': {
      if (!input.result.length) return t('inputs.nothing');
      const flagged = countVerdicts(input.result)['malware-like'];
      return t('inputs.flagged', { flagged, all: input.result.length });
    }
    default:
      return t(`status.${input.status}`);
  }
}
