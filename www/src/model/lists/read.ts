// A list of indicators → its entries, and what of it was not taken and why. Text and CSV are read line by line (rows.ts), JSON element by
// element (json.ts).
//
// Where a head names a column of types, these say what the values are; a column of ports is of the addresses beside it. Else the first
// cell of a line that is an indicator is the entry, and the others are its note. Lines that begin with #, // or ! are remarks. In a
// hosts file, names that lead nowhere are entries.

import { BLOCK, type Work } from '../steps.ts';
import { type Indicator, indicatorOf, withPort } from './indicator.ts';
import { isJson, readElements } from './json.ts';
import { type Head, headOf, isHead, isRemark, remarkCells, rowsOf } from './rows.ts';
import { type Read, type Skipped, typedIndicator } from './typed.ts';

/** An indicator, where it was in its list, and what was beside it. */
export interface Entry extends Indicator {
  line: number;
  note: string;
}

/** What was not taken: where it was, and why. */
export interface UnreadLine {
  line: number;
  text: string;
  why: Skipped;
}

export interface ReadList {
  entries: Entry[];
  unread: UnreadLine[];
}

/** Characters of a note that are kept. */
const NOTE = 200;

/** Reads a list in steps. */
export function* readIndicators(text: string): Work<ReadList> {
  const plain = text.replace(/^\ufeff/, '');
  const list: ReadList = { entries: [], unread: [] };
  if (isJson(plain)) {
    yield* readElements(plain, (element) => take(list, element.place, element));
    if (list.entries.length || list.unread.length) return list;
  }
  yield* readRows(plain, list);
  return list;
}

/** What was read of a row or an element, how it is told, and what is beside it. */
interface Found {
  read: Read;
  text: string;
  note: string;
}

function take({ entries, unread }: ReadList, line: number, { read, text, note }: Found): void {
  if (typeof read === 'string') unread.push({ line, text: text.slice(0, NOTE), why: read });
  else for (const indicator of read) entries.push({ line, ...indicator, note: note.slice(0, NOTE) });
}

function* readRows(text: string, list: ReadList): Work<void> {
  let rows = 0;
  let head: Head | undefined;
  let remark: Head | undefined;
  let began = false;
  for (const { line, cells } of rowsOf(text)) {
    if (++rows % BLOCK === 0) yield;
    if (cells.every((cell) => !cell)) continue;
    if (isRemark(cells)) {
      if (!began) remark = headOf(remarkCells(cells)) ?? remark;
      continue;
    }
    if (!began) {
      began = true;
      head = headOf(cells) ?? remark;
      if (isHead(cells) && !cells.some((cell) => indicatorOf(cell))) continue;
    }
    for (const found of foundIn(cells, head)) take(list, line, found);
  }
}

function foundIn(cells: string[], head: Head | undefined): Found[] {
  const text = cells.join(', ');
  const detects = head?.detects !== undefined ? cells[head.detects] : undefined;
  if (/^(0|false|no)$/i.test(detects ?? '')) return [{ read: 'context', text, note: '' }];
  if (head?.type !== undefined && head.value !== undefined) {
    const { type, value } = head;
    const read = typedIndicator(cells[type] ?? '', cells[value] ?? '');
    const others = cells.filter((cell, place) => cell && place !== value);
    // A publisher's own types say nothing, but a hash could be of anything.
    const loose = read === 'type' && !head.typed && !/^[0-9a-f:]{32,}$/i.test(cells[value] ?? '');
    if (!loose) return [{ read, text, note: [...others, ...urlNote(read, cells[value])].join(', ') }];
  }
  const hosts = cells.length <= 2 ? hostsIn(cells.join(' ')) : [];
  if (hosts.length) return hosts.map((read) => ({ read, text, note: '' }));
  const files = new Set(head?.files);
  const found = cells.findIndex((cell, place) => !files.has(place) && indicatorOf(cell));
  const indicator = indicatorOf(cells[found] ?? '');
  if (!indicator) return [{ read: files.size ? 'file' : 'form', text, note: '' }];
  const port = head?.port !== undefined ? cells[head.port] : undefined;
  const whole = (port !== undefined && withPort(indicator, port)) || indicator;
  return [{ read: [whole], text, note: noteOf(cells, found) }];
}

/** Of an indicator that is the host of a URL, the URL. */
const urlNote = (read: Read, value: string | undefined): string[] =>
  typeof read !== 'string' && value && /:\/\//.test(value) ? [value] : [];

/** Names that a hosts file leads nowhere, by its addresses for that. */
const HOSTS = /^(?:0\.0\.0\.0|127(?:\.\d{1,3}){3}|::1?)[ \t]+([^#]+)/;
const LOCAL = /^(localhost|local|broadcasthost|ip6-\w+)(\.localdomain)?$|^0\.0\.0\.0$/i;

/** What a line of a hosts file names. */
function hostsIn(cell: string): Read[] {
  const names = HOSTS.exec(cell)?.[1].trim().split(/\s+/) ?? [];
  return names.map((name): Read => {
    if (LOCAL.test(name)) return 'local';
    const indicator = indicatorOf(name);
    return indicator?.kind === 'name' ? [indicator] : 'form';
  });
}

function noteOf(cells: string[], found: number): string {
  const remark = /\s#\s*(.*)$/.exec(cells[found])?.[1];
  return [...cells.filter((cell, i) => i !== found && cell), ...(remark ? [remark] : [])].join(', ');
}
