// A list of indicators as text or CSV → its entries, and the lines that were not understood.
//
//   1.2.3.4  2001:db8::1  1.2.3.4:443    an address, or one port of it
//   10.0.0.0/8                           a network
//   example.com                          this name alone
//   .example.com                         this name and all below it; *.example.com: those below it alone
//   32, 40 or 64 hexadecimal digits      JA3 or JA3S; SHA-1 of a certificate; SHA-256 of a certificate
//   t13d1516h2_8daaf6152771_02713d6af862 JA4
//
// A line is one row of cells between commas, semicolons or tabs, quoted as RFC 4180 has it. Its first cell that is an indicator is
// the entry, and the others are its note. Lines that begin with # or // are remarks; a first row of names alone is the head.

import { canonicalName, parseAddress, parseNetwork } from '../network.ts';
import { BLOCK, type Work } from '../steps.ts';

/** What an indicator names. */
export type IndicatorKind =
  | 'ja4'
  | 'ja3'
  | 'sha1'
  | 'sha256'
  | 'network'
  | 'address'
  | 'name'
  | 'domain'
  | 'below';

export interface Indicator {
  kind: IndicatorKind;
  value: string;
  /** Of an address, where one port of it is meant. */
  port?: number;
}

/** An indicator, where it was in its list, and what was beside it. */
export interface Entry extends Indicator {
  line: number;
  note: string;
}

export interface UnreadLine {
  line: number;
  text: string;
}

export interface ReadList {
  entries: Entry[];
  unread: UnreadLine[];
}

/** Hashes by their digits. */
const HASHES = new Map<number, IndicatorKind>([
  [32, 'ja3'],
  [40, 'sha1'],
  [64, 'sha256'],
]);

/** Characters of the longest indicator; a name in DNS has 253. */
const LONGEST = 400;
/** Characters of a note that are kept. */
const NOTE = 200;

/** A cell and what ends it. Published lists have blanks around quotes, which RFC 4180 does not. */
const CELL = /(?: *"([^"]*(?:""[^"]*)*)" *|([^,;\t\r\n]*))([,;\t]|\r\n|\n|\r|$)/y;

/** Reads a list in steps. */
export function* readIndicators(text: string): Work<ReadList> {
  const entries: Entry[] = [];
  const unread: UnreadLine[] = [];
  let rows = 0;
  for (const { line, cells } of rowsOf(text.replace(/^\ufeff/, ''))) {
    if (++rows % BLOCK === 0) yield;
    if (cells.every((cell) => !cell) || /^(#|\/\/)/.test(cells[0])) continue;
    let indicator: Indicator | undefined;
    const found = cells.findIndex((cell) => {
      indicator = indicatorOf(cell);
      return indicator;
    });
    if (indicator) entries.push({ line, ...indicator, note: noteOf(cells, found) });
    else if (entries.length || unread.length || !isHead(cells))
      unread.push({ line, text: cells.join(', ').slice(0, NOTE) });
  }
  return { entries, unread };
}

/** Rows as `{line, cells}`; a quoted cell may go over several lines. */
function* rowsOf(text: string): Generator<{ line: number; cells: string[] }> {
  let [line, started] = [1, 1];
  let cells: string[] = [];
  CELL.lastIndex = 0;
  while (CELL.lastIndex < text.length) {
    // Some row ends at any place.
    const [whole, quoted, plain, end] = CELL.exec(text) as unknown as [string, string?, string?, string?];
    cells.push((quoted?.replaceAll('""', '"') ?? plain ?? '').trim());
    line += whole.split(/\r\n|\n|\r/).length - 1;
    if (/[,;\t]/.test(end ?? '') && CELL.lastIndex < text.length) continue;
    // What yields may read another text before it comes back.
    const place = CELL.lastIndex;
    yield { line: started, cells };
    [CELL.lastIndex, started, cells] = [place, line, []];
  }
}

const isHead = (cells: string[]) =>
  cells.length > 1 && cells.every((cell) => /^[a-z_][\w ./()-]*$/i.test(cell));

function noteOf(cells: string[], found: number): string {
  const remark = /\s#\s*(.*)$/.exec(cells[found])?.[1];
  return [...cells.filter((cell, i) => i !== found && cell), ...(remark ? [remark] : [])]
    .join(', ')
    .slice(0, NOTE);
}

/** What a cell names; `undefined` where it is no indicator. */
export function indicatorOf(cell: string): Indicator | undefined {
  // Reports write addresses so that nobody follows them by mistake: `example[.]com`.
  const plain = cell.split(/\s#/, 1)[0].trim();
  if (plain.length > LONGEST) return undefined;
  const text = plain.toLowerCase().replace(/\[([.:])\]/g, '$1');
  return hashOf(text) ?? addressOf(text) ?? nameOf(text);
}

function hashOf(text: string): Indicator | undefined {
  if (/^[tqd][0-9a-z]{2}[di]\d{4}[0-9a-z]{2}_[0-9a-f]{12}_[0-9a-f]{12}$/.test(text))
    return { kind: 'ja4', value: text };
  const hex = /^[0-9a-f]{2}(:[0-9a-f]{2})+$/.test(text) ? text.replaceAll(':', '') : text;
  const kind = /^[0-9a-f]+$/.test(hex) ? HASHES.get(hex.length) : undefined;
  return kind ? { kind, value: hex } : undefined;
}

function addressOf(text: string): Indicator | undefined {
  if (parseNetwork(text)) return { kind: 'network', value: text };
  if (parseAddress(text)) return { kind: 'address', value: text };
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const address = bracketed ?? plain;
  return address && Number(port) < 65536 && parseAddress(address)
    ? { kind: 'address', value: address, port: Number(port) }
    : undefined;
}

function nameOf(text: string): Indicator | undefined {
  const [, start, rest] = /^(\*\.|\.)?(.+)$/.exec(text) ?? [];
  const name = rest && canonicalName(asciiName(rest));
  if (!name || !/^([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/.test(name)) return undefined;
  return { kind: start === '.' ? 'domain' : start === '*.' ? 'below' : 'name', value: name };
}

/** A name with letters of other scripts as DNS has it (RFC 5891). */
function asciiName(name: string): string {
  if (!/^[\p{L}\p{N}\p{M}._-]+$/u.test(name) || /^[ -~]*$/.test(name)) return name;
  return URL.canParse(`http://${name}/`) ? new URL(`http://${name}/`).hostname : name;
}
