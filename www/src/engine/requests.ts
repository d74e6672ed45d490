// How many requests were made since the page loaded, as the browser itself reports them: in the page, and in its workers.

let made = 0;
let changed: (() => void) | undefined;

/** Requests so far. */
export const requestsMade = (): number => made;

/** Counts more of them. */
export function countRequests(more: number): void {
  if (!more) return;
  made += more;
  changed?.();
}

/** Begins to count those of the page; `told` is called whenever there are more. */
export function watchRequests(told: () => void): void {
  changed = told;
  observeRequests(countRequests);
}

/** Has `count` told how many requests the page or the worker that calls this makes; Blob URLs never leave it. */
export function observeRequests(count: (more: number) => void): void {
  const leaves = ({ name }: PerformanceEntry) => !name.startsWith('blob:');
  new PerformanceObserver((list) => count(list.getEntries().filter(leaves).length)).observe({
    type: 'resource',
  });
}
