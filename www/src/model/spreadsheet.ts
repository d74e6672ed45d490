// Cells for tables of other programs.

/** A cell that no spreadsheet takes for a formula. */
export function safeCell(text) {
  const plain = text.replace(/[\t\r\n]/g, ' ');
  return /^[=+@-]/.test(plain) && !Number.isFinite(Number(plain)) ? `'${plain}` : plain;
}

/** A line of TSV. */
export const tsvLine = (cells) => cells.map(safeCell).join('\t');

/** A line of CSV (RFC 4180). */
export const csvLine = (cells) => cells.map((cell) => quoted(safeCell(cell))).join(',');

const quoted = (cell) => (/[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
