// How many requests were made since the page loaded, as the browser itself reports them: in the page, and in its workers.

let made = 0;
let changed;

/** Requests so far. */
export const requestsMade = () => made;

/** Counts more of them. */
export function countRequests(more) {
  if (!more) return;
  made += more;
  changed?.();
}

/** Begins to count those of the page; `told` is called whenever there are more. */
export function watchRequests(told) {
  changed = told;
  observeRequests(countRequests);
}

/** Has `count` told how many requests the page or the worker that calls this makes; Blob URLs never leave it. */
export function observeRequests(count) {
  const leaves = ({ name }) => !name.startsWith('blob:');
  new PerformanceObserver((list) => count(list.getEntries().filter(leaves).length)).observe({ type: 'resource' });
}
