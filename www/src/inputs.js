// What was dropped or chosen → inputs: a capture is one input; Zeek logs of the same folder, dropped together, are one.

/** An input is `{kind: 'capture' | 'logs', name, size, files: [{name, blob}]}`. `found` is a list of `{file, folder}`. */
export async function inputsOf(found) {
  const inputs = [];
  const logs = new Map();
  for (const { file, folder } of found) {
    if (!(await isLog(file))) {
      inputs.push({ kind: 'capture', name: file.name, size: file.size, files: [{ name: file.name, blob: file }] });
      continue;
    }
    let set = logs.get(folder);
    if (!set) {
      set = { kind: 'logs', name: '', size: 0, files: [] };
      logs.set(folder, set);
      inputs.push(set);
    }
    set.files.push({ name: file.name, blob: file });
    set.size += file.size;
    set.name = folder.split('/').pop() || set.files.map(({ name }) => name).join(' + ');
  }
  return inputs;
}

/** Files of a drop, folders opened. Must be called while the drop event runs: its items are gone afterwards. */
export async function filesOfDrop(transfer) {
  const items = [...transfer.items].filter(({ kind }) => kind === 'file');
  // All is asked of every item before the first wait. Chromium reads no entry on a page from file://, whereas the File and the
  // handle can be read there; other browsers have no handle.
  const dropped = items.map((item) => {
    const entry = item.webkitGetAsEntry?.();
    if (!entry?.isDirectory) return [{ file: item.getAsFile(), folder: '' }];
    const handle = item.getAsFileSystemHandle?.();
    return handle ? handle.then((handle) => filesOfHandle(handle, '')) : filesOfEntry(entry, '');
  });
  return (await Promise.all(dropped)).flat();
}

/** Files of an input element. */
export function filesOfList(list) {
  return [...list].map((file) => ({ file, folder: '' }));
}

async function filesOfHandle(handle, folder) {
  if (handle.kind === 'file') return [{ file: await handle.getFile(), folder }];
  const found = [];
  for await (const child of handle.values()) found.push(...(await filesOfHandle(child, `${folder}/${handle.name}`)));
  return found;
}

async function filesOfEntry(entry, folder) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    return [{ file, folder }];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    // A folder is listed in parts; an empty one ends it.
    const part = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!part.length) return found;
    for (const child of part) found.push(...(await filesOfEntry(child, entry.fullPath)));
  }
}

/** Whether a file is a Zeek log: by its name, else by its first character (`#` in TSV, `{` in JSON lines). */
async function isLog(file) {
  if (/\.log(\.|$)/i.test(file.name)) return true;
  const start = new Uint8Array(await file.slice(0, 1).arrayBuffer());
  return start[0] === 0x23 || start[0] === 0x7b;
}
