// Keys that work wherever the focus is, unless something is being typed: `/` to the filter, `?` to the help; j, k and the arrows to the
// table, once there is one.

export function takeKeys(state, actions) {
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || state.dialog) return;
    if (event.target.closest?.('input:not([type=range], [type=checkbox]), textarea, select')) return;
    const grid = document.getElementById('grid');
    if (event.key === '?') actions.dialog('help');
    else if (event.key === '/' && state.shown?.result) toFilter(actions);
    else if ((event.key === 'j' || event.key === 'k') && grid && document.activeElement !== grid) {
      grid.focus();
      grid.dispatchEvent(new KeyboardEvent('keydown', { key: event.key }));
    } else return;
    event.preventDefault();
  });
}

function toFilter(actions) {
  if (!document.getElementById('filter')) actions.view({ tab: 'destinations' });
  requestAnimationFrame(() => {
    const filter = document.getElementById('filter');
    filter?.focus();
    filter?.select();
  });
}
