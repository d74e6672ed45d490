// Values that the browser keeps from visit to visit (localStorage), each as JSON under a name. Nothing of a capture is ever
// written but what the reader marks as expected.
//
// On a page from file:// nothing is kept: in some browsers all pages on the disk share one store. Some frames and private windows
// have none, and a store may be full. A value then lives for the visit.

const PREFIX = 'hushcap.';

const store = usable() ? localStorage : undefined;

/** Whether the browser keeps anything at all. */
export const isKept = store !== undefined;

/** The value kept under a name; `undefined` where there is none, or nothing that can be read. */
export function kept(name: string): unknown {
  try {
    return JSON.parse(store?.getItem(PREFIX + name) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a value; whether the browser took it. Where it did not, an older value of that name goes too. */
export const keep = (name: string, value: unknown): boolean => keepText(name, JSON.stringify(value));

/** Keeps a value that is JSON already, likewise. */
export function keepText(name: string, text: string): boolean {
  try {
    store?.setItem(PREFIX + name, text);
    return isKept;
  } catch {
    forget(name);
    return false;
  }
}

export function forget(name: string): void {
  store?.removeItem(PREFIX + name);
}

/** Names of what is kept that begin so. */
export function keptNames(start: string): string[] {
  const names = Array.from({ length: store?.length ?? 0 }, (_, i) => store?.key(i) ?? '');
  return names.filter((name) => name.startsWith(PREFIX + start)).map((name) => name.slice(PREFIX.length));
}

/** Calls when another window of the page has changed what is kept. */
export function whenChangedElsewhere(changed: () => void): void {
  addEventListener('storage', ({ key }) => {
    if (key === null || key.startsWith(PREFIX)) changed();
  });
}

function usable(): boolean {
  if (location.protocol === 'file:') return false;
  try {
    localStorage.setItem(`${PREFIX}try`, '1');
    localStorage.removeItem(`${PREFIX}try`);
    return true;
  } catch {
    return false;
  }
}
