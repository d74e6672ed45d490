// The page: the store, what the browser tells it, and the drawing of what it holds.

import { render } from 'lit-html';
import { takeDrops, takeLaunches } from './browser/arrivals.ts';
import { watchRequests } from './engine/requests.ts';
import { exported } from './report/exported.ts';
import { jsonReport } from './report/json.ts';
import { shared, ticket } from './report/shared.ts';
import { takeRequests } from './state/embed.ts';
import { takeKeys } from './state/keys.ts';
import { watchLists } from './state/lists/marks.ts';
import { createStore } from './state/store.ts';
import { t, visible } from './text.ts';
import { page } from './views/page.ts';
import { drawnConnections } from './views/places/connections.ts';
import { drawnTable } from './views/table.ts';

const { state, actions, keepsResults, settle } = createStore(refresh, { exported, shared, ticket });
const place = document.getElementById('page') as HTMLElement;

let waiting = false;
/** Draws the page with the next frame. */
function refresh(): void {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    draw();
  });
}

function draw(): void {
  settle();
  document.title = state.shown ? `${visible(state.shown.name)} · Hushcap` : t('page.title');
  render(page(state, actions), place);
  drawnTable(state.shown);
  drawnConnections(state.shown);
}

/** The paper takes the rows that are not in view too, and does not wait for a frame. */
function drawForPaper(printed: boolean): void {
  actions.print(printed);
  if (state.shown?.shown) draw();
}

addEventListener('beforeunload', (event) => {
  if (keepsResults()) event.preventDefault();
});
// Both tell of Back and Forward; of an address that was typed not each browser tells by the first.
addEventListener('popstate', actions.followLink);
addEventListener('hashchange', () => history.state || actions.followLink());
addEventListener('beforeprint', () => drawForPaper(true));
addEventListener('afterprint', () => drawForPaper(false));
watchRequests(refresh);
watchLists(actions.listsChanged);
takeDrops(actions);
takeLaunches(actions.open);
takeRequests({ ...actions, report: jsonReport });
takeKeys(state, actions);
actions.followLink();
