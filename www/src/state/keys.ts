// Keys that work wherever the focus is, unless something is being typed: `/` to the filter, `?` to the help; j, k and the arrows to the
// table, once there is one.

import { resultOf } from './input.ts';
import type { State } from './state.ts';
import type { Actions } from './store.ts';

export function takeKeys(state: State, actions: Actions): void {
  addEventListener('keydown', (event) => {
    if (
      event.key.toLowerCase() === 'k' &&
      (event.ctrlKey || event.metaKey) &&
      !event.altKey &&
      !state.dialog
    ) {
      actions.palette.type('');
      actions.dialog('palette');
      event.preventDefault();
      return;
    }
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || state.dialog) return;
    if (
      event.target instanceof Element &&
      event.target.closest('input:not([type=range], [type=checkbox]), textarea, select')
    )
      return;
    const grid = document.getElementById('grid');
    if (event.key === '?') actions.dialog('help');
    else if (event.key === '/' && state.shown && resultOf(state.shown)) toFilter(actions);
    else if ((event.key === 'j' || event.key === 'k') && grid && document.activeElement !== grid) {
      grid.focus();
      grid.dispatchEvent(new KeyboardEvent('keydown', { key: event.key }));
    } else return;
    event.preventDefault();
  });
}

/** Goes to the filter, and to the table that it stands above. */
export function toFilter(actions: Pick<Actions, 'view'>): void {
  if (!document.getElementById('filter')) actions.view({ tab: undefined, place: undefined });
  requestAnimationFrame(() => {
    const filter = document.querySelector<HTMLInputElement>('#filter');
    filter?.focus();
    filter?.select();
  });
}
