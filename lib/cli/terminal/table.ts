import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { formatCount } from '../../format/quantities';

/** One column of a table. */
export interface Column {
  readonly title: string;
  /** Where the values of CSV are in another unit. @default title */
  readonly titleInCsv?: string;
  /** @default 'left'; numbers are aligned to the right */
  readonly align?: 'left' | 'right';
}

/** What stands in a cell: a text, a count, nothing, or what is shown to a person and is another value in CSV. */
export type Cell = string | number | undefined | CellOfTwoForms;

interface CellOfTwoForms {
  /** Cut or rounded, as a person reads it; safe for a terminal. */
  readonly shown: string;
  /** The whole value, which may be text from outside. */
  readonly value: string | number | undefined;
}

const NOTHING = '-';

/** A cell as a person reads it. */
export function cellText(cell: Cell): string {
  if (typeof cell === 'object') return cell.shown;
  if (typeof cell === 'number') return formatCount(cell);
  return cell ?? NOTHING;
}

const GAP = '  ';
/** A column of text gets no narrower, so that it can still be read. */
const LEAST_WIDTH = 16;

/**
 * Formats rows below their titles, without lines between them. Where they are wider than the terminal, cells go on in
 * further lines, between words as long as that is enough. Then words of texts are broken, and ids last.
 */
export function tableText(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  terminalWidth: number,
): string {
  const all = [columns.map(({ title }) => title), ...rows];
  const shapes = columns.map((_, place) => shapeOf(all.map((row) => row[place] ?? '')));
  const widths = widthsOf(shapes, terminalWidth - GAP.length * (columns.length - 1));
  return all
    .flatMap((row) => rowLines(row, columns, widths))
    .map((line) => line.trimEnd())
    .join('\n');
}

/** How wide a column wants to be. */
interface Shape {
  /** Of its widest cell. */
  readonly natural: number;
  /** Of its longest word. */
  readonly word: number;
  /** Whether a cell below the title has several words. */
  readonly isText: boolean;
}

function shapeOf(cells: readonly string[]): Shape {
  const [, ...values] = cells;
  return {
    natural: widest(cells),
    word: widest(cells.flatMap((cell) => cell.split(' '))),
    isText: values.some((cell) => cell.includes(' ')),
  };
}

function widest(texts: readonly string[]): number {
  return Math.max(...texts.map((text) => stringWidth(text)));
}

/** Takes from the widest column what is too much, step by step with lower limits. */
function widthsOf(shapes: readonly Shape[], available: number): readonly number[] {
  const limits = [
    shapes.map(({ word }) => word),
    shapes.map(({ word, isText }) => (isText ? Math.min(word, LEAST_WIDTH) : word)),
    shapes.map(({ word }) => Math.min(word, LEAST_WIDTH)),
  ];
  const widths = shapes.map(({ natural }) => natural);
  let excess = widths.reduce((sum, width) => sum + width, 0) - available;
  for (const limit of limits)
    for (; excess > 0; excess--) {
      const place = widestAbove(limit, widths);
      if (place === undefined) break;
      widths[place] = (widths[place] ?? 0) - 1;
    }
  return widths;
}

/** @returns undefined if none is above its limit */
function widestAbove(limits: readonly number[], widths: readonly number[]): number | undefined {
  const above = [...widths.keys()].filter((place) => (widths[place] ?? 0) > (limits[place] ?? 0));
  return above.toSorted((one, other) => (widths[other] ?? 0) - (widths[one] ?? 0))[0];
}

function rowLines(
  row: readonly string[],
  columns: readonly Column[],
  widths: readonly number[],
): readonly string[] {
  const cells = columns.map((_, place) =>
    wrapAnsi(row[place] ?? '', widths[place] ?? 0, { hard: true }).split('\n'),
  );
  const height = Math.max(...cells.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) =>
    columns
      .map(({ align }, place) => {
        const text = cells[place]?.[line] ?? '';
        const padding = ' '.repeat(Math.max(0, (widths[place] ?? 0) - stringWidth(text)));
        return align === 'right' ? padding + text : text + padding;
      })
      .join(GAP),
  );
}
