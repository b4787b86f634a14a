import { visibleText } from '../../format/visible-text';
import type { Cell } from './table';

/**
 * What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection"). Behind a semicolon, too: where that
 * is the separator of the spreadsheet, a new cell begins there.
 */
const FORMULA = /(^|;)(\s*[=+\-@＝＋－＠])/g;

/**
 * Cells as a line of CSV (RFC 4180), with its line break. Values are whole. A text that a spreadsheet would take for a
 * formula gets an apostrophe before it, for texts of events come from anybody; control characters are code points.
 */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: Cell): string {
  const value = typeof cell === 'object' ? cell.value : cell;
  if (typeof value !== 'string') return value === undefined ? '' : String(value);
  const text = visibleText(value).replace(FORMULA, "$1'$2");
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
