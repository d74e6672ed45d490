// The palette, by Ctrl-K: actions, fields of the filter and destinations, found by what is typed. Arrows choose a line, Enter takes it.

import { html, nothing } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { destination, verdictOf } from '../model/tuples.ts';
import { resultOf } from '../state/input.ts';
import type { Panel, State } from '../state/state.ts';
import type { Actions } from '../state/store.ts';
import { currentLanguage, LANGUAGES, t, timeIsLocal, visible } from '../text.ts';
import { dialog } from './dialog.ts';
import type { On } from './events.ts';
import { TABS } from './tabs.ts';

interface Line {
  sort: 'action' | 'field' | 'destination';
  label: string;
  does: () => void;
}

const PANELS: readonly Panel[] = ['lists', 'help', 'privacy'];

export function palette(state: State, actions: Actions) {
  const close = () => actions.dialog(undefined);
  return dialog(state, close, 'palette', t('palette.title'), () => {
    const { text, chosen } = state.palette;
    const lines = linesOf(state, actions);
    const now = Math.min(chosen, lines.length - 1);
    const take = (line: Line | undefined) => {
      if (!line) return;
      close();
      line.does();
    };
    const key = (event: KeyboardEvent) => {
      const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
      if (step && lines.length) actions.palette.choose((now + step + lines.length) % lines.length);
      else if (event.key === 'Enter') take(lines[now]);
      else if (event.key === 'Escape') close();
      else return;
      event.preventDefault();
    };
    return html`
      <input
        type="search"
        id="palette"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-lines"
        aria-autocomplete="list"
        aria-activedescendant=${lines.length ? `palette-${now}` : nothing}
        aria-label=${t('palette.label')}
        placeholder=${t('palette.label')}
        autofocus
        autocomplete="off"
        spellcheck="false"
        .value=${live(text)}
        @input=${(event: On<HTMLInputElement>) => actions.palette.type(event.target.value)}
        @keydown=${key}
      />
      <ul class="palette" role="listbox" id="palette-lines" aria-label=${t('palette.title')}>
        ${lines.map(
          (
            line,
            i,
          ) => html`<li role="option" id="palette-${i}" aria-selected=${i === now} @click=${() => take(line)}>
            <span class="kind">${t(`palette.${line.sort}`)}</span> <span>${line.label}</span>
          </li>`,
        )}
      </ul>
      ${lines.length ? nothing : html`<p class="hint" role="status">${t('palette.none')}</p>`}
    `;
  });
}

/** What holds the text that was typed; without one, all actions. */
function linesOf(state: State, actions: Actions): Line[] {
  const { text, fields, places, result } = state.palette;
  const wanted = text.trim().toLowerCase();
  const told = actionsOf(state, actions).filter(({ label }) => label.toLowerCase().includes(wanted));
  const view = state.shown?.shown?.view;
  const begin = (field: string) => () => {
    actions.view({ tab: undefined, place: undefined, filter: `${view?.filter ?? ''} ${field}:`.trimStart() });
    actions.toFilter();
  };
  return [
    ...told,
    ...(view ? fields : []).map((field): Line => ({ sort: 'field', label: `${field}:`, does: begin(field) })),
    ...(result ? places : []).map((place): Line => {
      const tuple = result?.outline.tuples[place];
      const [name] = tuple?.server_names ?? [];
      const label = tuple
        ? `${name ? `${visible(name)} · ` : ''}${destination(tuple)} · ${tuple.orig_h} · ${t(`verdict.${result && verdictOf(result, place)}`)}`
        : '';
      return {
        sort: 'destination',
        label,
        does: () => actions.view({ tab: undefined, place: undefined, selected: place, details: true }),
      };
    }),
  ];
}

function actionsOf(state: State, actions: Actions): Line[] {
  const view = state.shown && resultOf(state.shown) && state.shown.shown?.view;
  const line = (label: string, does: () => void): Line => ({ sort: 'action', label, does });
  const other = currentLanguage() === 'en' ? 'zh' : 'en';
  const local = timeIsLocal();
  return [
    ...(view
      ? [
          ...TABS.map(({ name }) =>
            line(t(`tab.${name}`), () => actions.view({ tab: name, place: undefined })),
          ),
          line(t('palette.filter'), actions.toFilter),
          line(t('palette.clear'), () => actions.view({ filter: '', place: undefined, brush: undefined })),
          line(t('plots.show'), () => actions.view({ plots: !view.plots })),
          line(t('facets.show'), () => actions.view({ facets: !view.facets })),
          line(t(local ? 'time.local' : 'time.utc'), () => actions.localTime(!local)),
        ]
      : []),
    ...PANELS.map((panel) => line(t(`${panel}.title`), () => actions.dialog(panel))),
    line(t('page.home'), actions.start),
    line(LANGUAGES[other], () => actions.language(other)),
  ];
}
