// Cells for tables of other programs.

/**
 * A cell that no spreadsheet takes for a formula, nor any part of it behind what another separates cells by: full-width signs begin
 * one too.
 */
export function safeCell(text: string): string {
  const plain = text.replace(/[\t\r\n]/g, ' ');
  if (Number.isFinite(Number(plain))) return plain;
  return plain.replace(/(^|[;,|])(\s*)(?=[=+@\-＝＋＠－])/g, "$1$2'");
}

/** A line of TSV. */
export const tsvLine = (cells: string[]) => cells.map(safeCell).join('\t');

/** A line of CSV (RFC 4180). */
export const csvLine = (cells: string[]) => cells.map((cell) => quoted(safeCell(cell))).join(',');

const quoted = (cell: string) => (/[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
