// Files that come to the page: dropped on its window, or opened with it by the system.

import { type FoundFile, filesOfDrop } from './files.ts';

/** The whole window takes drops; only files count, not text dragged within the page. */
/** Has files opened, also those that a promise gives. */
type Open = (found: FoundFile[] | Promise<FoundFile[]>) => void;

export function takeDrops({ drag, open }: { drag(over: boolean): void; open: Open }): void {
  const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files');
  let depth = 0;
  addEventListener('dragenter', (event) => {
    if (!holdsFiles(event)) return;
    depth += 1;
    drag(true);
  });
  addEventListener('dragleave', (event) => {
    if (!holdsFiles(event)) return;
    depth = Math.max(0, depth - 1);
    if (!depth) drag(false);
  });
  addEventListener('dragover', (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
  });
  addEventListener('drop', (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    depth = 0;
    drag(false);
    if (event.dataTransfer) open(filesOfDrop(event.dataTransfer));
  });
}

/** Files that the system opens with the installed page. */
export function takeLaunches(open: Open): void {
  globalThis.launchQueue?.setConsumer(({ files }) => {
    if (files?.length)
      open(Promise.all(files.map(async (handle) => ({ file: await handle.getFile(), folder: '' }))));
  });
}
