// Files that come to the page: dropped on its window, or opened with it by the system.

import { filesOfDrop } from './files.ts';

/** The whole window takes drops; only files count, not text dragged within the page. */
export function takeDrops({ drag, open }) {
  const holdsFiles = (event) => event.dataTransfer?.types.includes('Files');
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
    event.dataTransfer.dropEffect = 'copy';
  });
  addEventListener('drop', (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    depth = 0;
    drag(false);
    open(filesOfDrop(event.dataTransfer));
  });
}

/** Files that the system opens with the installed page. */
export function takeLaunches(open) {
  globalThis.launchQueue?.setConsumer(({ files }) => {
    if (files?.length) open(Promise.all(files.map(async (handle) => ({ file: await handle.getFile(), folder: '' }))));
  });
}
