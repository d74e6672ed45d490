// What was dropped or chosen → inputs: a capture is one input; Zeek logs of the same folder, dropped together, are one.

import type { Source } from '../model/source.ts';

/** Files of an input that its name names: as many as there are logs. */
const NAMES_SHOWN = 4;

/** A file, and the folder that it was dropped in. */
export interface FoundFile {
  file: File;
  folder: string;
}

export async function inputsOf(found: FoundFile[]): Promise<Source[]> {
  const inputs: Source[] = [];
  const logs = new Map<string, Source>();
  for (const { file, folder } of found) {
    if (!(await isLog(file))) {
      inputs.push({
        kind: 'capture',
        name: file.name,
        size: file.size,
        files: [{ name: file.name, blob: file }],
      });
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
    set.name = folder.split('/').pop() || joined(set.files.map(({ name }) => name));
  }
  return inputs;
}

/** Files that are opened with captures and are none: what the page itself saved, and files of places. */
export type Beside = 'case' | 'expected' | 'profile' | 'places';

/** First text of what the page saves. */
const OWN: [kind: Beside, start: RegExp][] = [
  ['case', /^\s*\{\s*"hushcap"\s*:\s*"case"/],
  ['expected', /^\s*\{\s*"hushcap"\s*:\s*"expected"/],
  ['profile', /^\s*\{\s*"hushcap_profile"/],
];

/** Tells captures and logs from the files beside them. */
export async function sortFiles(
  found: FoundFile[],
): Promise<{ captures: FoundFile[]; beside: [kind: Beside, file: File][] }> {
  const captures: FoundFile[] = [];
  const beside: [Beside, File][] = [];
  for (const one of found) {
    const start = await one.file.slice(0, 100).text();
    const kind = /\.mmdb$/i.test(one.file.name) ? 'places' : OWN.find(([, own]) => own.test(start))?.[0];
    if (kind) beside.push([kind, one.file]);
    else captures.push(one);
  }
  return { captures, beside };
}

/** Names of files that are one input; of many, as after a day's rotations, the first. */
function joined(names: string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).join(' + ');
  return names.length > NAMES_SHOWN ? `${shown} + … (${names.length})` : shown;
}

/** Files of a drop, folders opened. Must be called while the drop event runs: its items are gone afterwards. */
export async function filesOfDrop(transfer: DataTransfer): Promise<FoundFile[]> {
  const items = [...transfer.items].filter(({ kind }) => kind === 'file');
  // All is asked of every item before the first wait. Chromium reads no entry on a page from file://, whereas the File and the
  // handle can be read there; other browsers have no handle.
  const dropped = items.map((item): FoundFile[] | Promise<FoundFile[]> => {
    const entry = item.webkitGetAsEntry?.();
    const file = item.getAsFile();
    if (!entry?.isDirectory) return file ? [{ file, folder: '' }] : [];
    const handle = item.getAsFileSystemHandle?.();
    return handle ? handle.then((handle) => filesOfHandle(handle, '')) : filesOfEntry(entry, '');
  });
  return (await Promise.all(dropped)).flat();
}

/** Files of an input element. */
export function filesOfList(list: Iterable<File>): FoundFile[] {
  return [...list].map((file) => ({ file, folder: '' }));
}

async function filesOfHandle(
  handle: FileSystemFileHandle | FileSystemDirectoryHandle,
  folder: string,
): Promise<FoundFile[]> {
  if (handle.kind === 'file') return [{ file: await handle.getFile(), folder }];
  const found: FoundFile[] = [];
  for await (const child of handle.values())
    found.push(
      ...(await filesOfHandle(
        child as FileSystemFileHandle | FileSystemDirectoryHandle,
        `${folder}/${handle.name}`,
      )),
    );
  return found;
}

async function filesOfEntry(entry: FileSystemEntry, folder: string): Promise<FoundFile[]> {
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [{ file, folder }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: FoundFile[] = [];
  for (;;) {
    // A folder is listed in parts; an empty one ends it.
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (!part.length) return found;
    for (const child of part) found.push(...(await filesOfEntry(child, entry.fullPath)));
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;

/** Bytes by which a log is told from a capture: enough for gzip to give some of what it packs. */
const HEAD = 1 << 16;

/** First bytes of pcap and pcapng, in hex. */
const CAPTURE = /^(a1b2(c3d4|3c4d|cd34)|d4c3b2a1|4d3cb2a1|34cdb2a1|0a0d0d0a)/;

/** What names of logs have behind a dot: `conn.log-20261124`, `all.ndjson.gz`. */
const LOG_NAME = /\.(log|jsonl?|ndjson|tsv|csv|parquet|arrow|feather|orc|avro)([^a-z0-9]|$)/i;

/** Whether a file is a log, as the command line tells: by the first character of its text (`#` in TSV, `{` or `[` in JSON), else by its name. */
async function isLog(file: File): Promise<boolean> {
  const start = await textStart(file);
  const text = start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf ? start.subarray(3) : start;
  if (text[0] === 0x23 || text[0] === 0x7b || text[0] === 0x5b) return true;
  const hex = [...text.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return LOG_NAME.test(file.name) && !CAPTURE.test(hex);
}

/** The first bytes of a file, decompressed where it is gzipped. */
async function textStart(file: File): Promise<Uint8Array> {
  const head = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  if (head[0] !== 0x1f || head[1] !== 0x8b) return head;
  const reader = new Blob([head]).stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  try {
    const { value } = await reader.read();
    return value ?? new Uint8Array();
  } catch {
    return new Uint8Array(); // damaged: whoever reads the file says so
  } finally {
    reader.cancel().catch(() => {});
  }
}
