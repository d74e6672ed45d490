// The inputs, each with its state, once there is more than one: a strip of them, or where there are many a panel that lists them.

import { html, nothing } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { countVerdicts } from '../model/tuples.ts';
import { number, percent, t, visible } from '../text.ts';
import { dialog } from './dialog.ts';
import { cross, flask } from './icons.ts';

/** Inputs that a strip holds. */
const STRIP = 12;

export function inputs(state, actions) {
  const { inputs } = state.queue;
  if (inputs.length < 2 && (state.shown || !inputs.length)) return nothing;
  const areMany = inputs.length > STRIP;
  // Of many the strip has those that matter now.
  const some = areMany ? inputs.filter((input) => input === state.shown || input.status === 'running') : inputs;
  return html`
    <nav class="inputs" aria-label=${t('inputs.label')}>
      ${areMany ? html`<button class="button all" aria-haspopup="dialog" @click=${() => actions.dialog('inputs')}>${tally(inputs)}</button>` : nothing}
      ${list(some, state, actions, actions.show)}
    </nav>
  `;
}

/** The panel that lists all. */
export function allInputs(state, actions) {
  const choose = (input) => {
    actions.dialog(undefined);
    actions.show(input);
  };
  return dialog(state, actions, 'inputs', t('inputs.label'), () => {
    const { inputs } = state.queue;
    return html`<p class="hint">${tally(inputs)}</p><div class="inputs">${list(inputs, state, actions, choose)}</div>`;
  });
}

/** How many there are, and in which states. */
function tally(inputs) {
  const counts = new Map();
  for (const { status } of inputs) counts.set(status, (counts.get(status) ?? 0) + 1);
  const states = [...counts].map(([status, count]) => `${number(count)} ${t(`status.${status}`)}`).join(', ');
  return t('inputs.tally', { count: inputs.length, n: inputs.length, states });
}

function list(inputs, state, actions, choose) {
  return html`
    <ul>
      ${repeat(
        inputs,
        ({ id }) => id,
        (input) => html`
          <li class=${input.status}>
            <button class="input" aria-current=${input === state.shown ? 'page' : 'false'} @click=${() => choose(input)}>
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
