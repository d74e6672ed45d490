// A list as text or CSV → rows of cells, and what its head says of them.
//
// A line is one row of cells between commas, semicolons or tabs, quoted as RFC 4180 has it. Its head is the first row, or the last remark
// before the first row, as in the lists of abuse.ch.

/** A cell and what ends it. Published lists have blanks around quotes, which RFC 4180 does not. */
const CELL = /(?: *"([^"]*(?:""[^"]*)*)" *|([^,;\t\r\n]*))([,;\t]|\r\n|\n|\r|$)/y;

export interface Row {
  line: number;
  cells: string[];
}

/** Rows of a text; a quoted cell may go over several lines. */
export function* rowsOf(text: string): Generator<Row> {
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

/** Places of the columns that are read by their names. */
export interface Head {
  /** What a row names: by its type where there is a column of it. */
  value?: number;
  type?: number;
  /** A port of the address in the row. */
  port?: number;
  /** Whether a row is to be detected by. */
  detects?: number;
  /** Columns of hashes that are of files. */
  files: number[];
  /** Whether its types are those of MISP or ThreatFox, and not a publisher's own. */
  typed: boolean;
}

const NAMES: [keyof Omit<Head, 'files' | 'typed'>, RegExp][] = [
  ['type', /^(type|ioc_type|indicator_type|attribute_type)$/],
  ['value', /^(value|ioc_value|ioc|indicator)$/],
  ['port', /^(dst_?port|dest_?port|destination_?port|resp_p|port)$/],
  ['detects', /^to_ids$/],
];
const FILE_HASH = /^(md5|(md5|sha1|sha256|sha3_384|file)_hash|imphash|ssdeep|tlsh|file_?(hash|name))$/;

/** What a row of names says; `undefined` where it is none. */
export function headOf(cells: string[]): Head | undefined {
  if (!isHead(cells)) return undefined;
  const names = cells.map((cell) => cell.toLowerCase());
  const head: Head = {
    files: names.flatMap((name, place) => (FILE_HASH.test(name) ? [place] : [])),
    typed: names.some((name) => /^(ioc_type|category|to_ids|uuid|event_id|attribute_uuid)$/.test(name)),
  };
  for (const [column, pattern] of NAMES) {
    const place = names.findIndex((name) => pattern.test(name));
    if (place >= 0) head[column] = place;
  }
  return head;
}

/** Cells of a remark that may be a head: `# Firstseen,DstIP,DstPort`. */
export const remarkCells = (cells: string[]): string[] => [
  cells[0].replace(/^(#|\/\/)\s*"?|"$/g, '').trim(),
  ...cells.slice(1),
];

export const isRemark = ([first]: string[]): boolean => /^(#|\/\/|!)/.test(first);

export const isHead = (cells: string[]): boolean =>
  cells.length > 1 && cells.every((cell) => /^[a-z_][\w ./()-]*$/i.test(cell));
