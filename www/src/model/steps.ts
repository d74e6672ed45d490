// Long computations in steps, between which the page draws and answers. Each is a generator that yields where it may pause.

/** A computation in steps, and what it returns. */
export type Work<T> = Generator<void, T, void>;

type Compare = (a: number, b: number) => number;

/** Milliseconds of a step: with what is drawn beside it, much less than what is felt as a halt. */
const STEP = 12;

/** Rows, lines or entries after which a computation over many of them yields. */
export const BLOCK = 1024;

/**
 * Runs `work` and calls `done` with what it returns: at once where a step is enough, and else after the page has had its turns. It is
 * left unfinished once `wanted` says no.
 */
export function inSteps<T>(
  work: Work<T>,
  done: (value: T) => void,
  wanted: () => boolean = () => true,
): void {
  const until = performance.now() + STEP;
  do {
    const step = work.next();
    if (step.done) {
      done(step.value);
      return;
    }
  } while (performance.now() < until);
  afterTurn(() => {
    if (wanted()) inSteps(work, done, wanted);
  });
}

/** What `work` returns, once it has; a promise that is broken where it throws. */
export const finished = <T>(work: Work<T>): Promise<T> =>
  new Promise((resolve, reject) => inSteps(guarded(work, reject), resolve));

function* guarded<T>(work: Work<T>, failed: (error: unknown) => void): Work<T> {
  try {
    return yield* work;
  } catch (error) {
    failed(error);
    // What follows of it, the failed promise does not hear.
    return undefined as T;
  }
}

/** Calls after other tasks have had their turn. A timer would wait longer, in a tab out of sight a whole second. */
function afterTurn(called: () => void): void {
  const { scheduler } = globalThis;
  if (scheduler?.postTask) scheduler.postTask(called);
  else setTimeout(called);
}

/** The places 0 to `length` - 1, sorted: stretches by the language's own sort, which are then merged. */
export function* sorted(length: number, compare: Compare): Work<Uint32Array> {
  let [from, to] = [Uint32Array.from({ length }, (_, i) => i), new Uint32Array(length)];
  for (let start = 0; start < length; start += BLOCK) {
    if (start) yield;
    from.subarray(start, start + BLOCK).sort(compare);
  }
  for (let width = BLOCK; width < length; width *= 2) {
    for (let start = 0; start < length; start += 2 * width) yield* merge(from, to, start, width, compare);
    [from, to] = [to, from];
  }
  return from;
}

/** Merges two sorted stretches of `width` that begin at `start`; equal ones of the first stay before those of the second. */
function* merge(
  from: Uint32Array,
  to: Uint32Array,
  start: number,
  width: number,
  compare: Compare,
): Work<void> {
  const middle = Math.min(start + width, from.length);
  const end = Math.min(middle + width, from.length);
  let [left, right] = [start, middle];
  for (let place = start; place < end; place++) {
    if (place % BLOCK === 0) yield;
    const first = right >= end || (left < middle && compare(from[left], from[right]) <= 0);
    to[place] = first ? from[left++] : from[right++];
  }
}
