// The keys, and the filter's language with examples.

import { html } from 'lit-html';
import { FIELDS } from '../model/filter/fields.ts';
import type { State } from '../state/state.ts';
import type { Actions } from '../state/store.ts';
import { t } from '../text.ts';
import { dialog } from './dialog.ts';

const KEYS = [
  ['/', 'filter'],
  ['Ctrl-K', 'palette'],
  ['Alt-click', 'exclude'],
  ['j k ↓ ↑', 'move'],
  ['PgUp PgDn Home End', 'far'],
  ['Enter', 'open'],
  ['Esc', 'close'],
  ['c', 'copy'],
  ['?', 'help'],
];

const EXAMPLES = [
  ['verdict:malware-like score>0.8', 'both'],
  ['sni:*.top,*.xyz', 'names'],
  ['sni:none -port:443', 'absent'],
  ['(port:8443 OR sni:*.top) NOT dns:looked-up', 'either'],
  ['ja4=t13d1516h2_8daaf6152771_02713d6af862 OR issuer:"let\'s encrypt"', 'whole'],
  ['source:10.0.0.0/8', 'network'],
  ['connections:3..20 period_std<5', 'range'],
  ['"example.com" -cdn', 'words'],
  ['indicator:yes expected:no', 'lists'],
];

export function help(state: State, actions: Actions) {
  return dialog(
    state,
    () => actions.dialog(undefined),
    'help',
    t('help.title'),
    () => html`
    <h3>${t('help.keys')}</h3>
    <dl class="pairs keys">
      ${KEYS.map(([keys, what]) => html`<div><dt>${keys.split(' ').map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${t(`help.key.${what}`)}</dd></div>`)}
    </dl>
    <h3>${t('help.filter')}</h3>
    <p>${t('help.filter.text')}</p>
    <dl class="pairs examples">
      ${EXAMPLES.map(([text, what]) => html`<div><dt><code>${text}</code></dt><dd>${t(`help.example.${what}`)}</dd></div>`)}
    </dl>
    <p class="hint">${t('help.fields', FIELDS)}</p>
  `,
  );
}
