// The inputs, each with its state, once there is more than one: a strip of them, or where there are many a panel that lists them.

import { html, nothing } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { countVerdicts } from '../model/tuples.ts';
import { Case } from '../state/case.ts';
import { type Input, shareRead } from '../state/input.ts';
import type { State } from '../state/state.ts';
import type { Actions } from '../state/store.ts';
import { number, percent, t, visible } from '../text.ts';
import { dialog } from './dialog.ts';
import { cross, flask, stack } from './icons.ts';

/** Inputs that a strip holds. */
const STRIP = 12;

export function inputs(state: State, actions: Actions) {
  const { inputs } = state.queue;
  if (inputs.length < 2 && (state.shown || !inputs.length)) return nothing;
  const areMany = inputs.length > STRIP;
  // Of many the strip has those that matter now.
  const some = areMany
    ? inputs.filter((input) => input === state.shown || input.status.is === 'running')
    : inputs;
  return html`
    <nav class="inputs" aria-label=${t('inputs.label')}>
      ${areMany ? html`<button class="button all" aria-haspopup="dialog" @click=${() => actions.dialog('inputs')}>${tally(inputs)}</button>` : nothing}
      ${Case.membersOf(inputs).length > 1 ? whole(state, actions.show) : nothing}
      ${list(some, state, actions, actions.show)}
    </nav>
  `;
}

/** The panel that lists all. */
export function allInputs(state: State, actions: Actions) {
  const choose = (input: Input) => {
    actions.dialog(undefined);
    actions.show(input);
  };
  return dialog(
    state,
    () => actions.dialog(undefined),
    'inputs',
    t('inputs.label'),
    () => {
      const { inputs } = state.queue;
      return html`<p class="hint">${tally(inputs)}</p><div class="inputs">${list(inputs, state, actions, choose)}</div>`;
    },
  );
}

/** All inputs as one. */
function whole({ whole: { input }, shown, queue }: State, choose: (input: Input) => void) {
  const count = Case.membersOf(queue.inputs).length;
  return html`
    <button class="button whole" aria-current=${input === shown ? 'page' : 'false'} @click=${() => choose(input)}>
      ${stack}${t('case.open_all', { count, n: count })}
    </button>
  `;
}

/** How many there are, and in which states. */
function tally(inputs: readonly Input[]): string {
  const counts = new Map<string, number>();
  for (const { status } of inputs) counts.set(status.is, (counts.get(status.is) ?? 0) + 1);
  const states = [...counts]
    .map(([status, count]) => `${number(count)} ${t(`status.${status}`)}`)
    .join(t('page.comma'));
  return t('inputs.tally', { count: inputs.length, n: inputs.length, states });
}

function list(inputs: readonly Input[], state: State, actions: Actions, choose: (input: Input) => void) {
  return html`
    <ul>
      ${repeat(
        inputs,
        ({ id }) => id,
        (input) => html`
          <li class=${input.status.is}>
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

function standing(input: Input): string {
  const { status } = input;
  switch (status.is) {
    case 'running':
      return percent(shareRead(input));
    case 'done': {
      const { result } = status;
      if (!result.length) return t('inputs.nothing');
      return t('inputs.flagged', { flagged: countVerdicts(result)['malware-like'], all: result.length });
    }
    default:
      return t(`status.${status.is}`);
  }
}
