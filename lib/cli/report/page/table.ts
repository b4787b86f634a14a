import type { Content, Markup } from './markup';
import { markup } from './markup';

interface PageColumn {
  readonly title: string;
  /** `long` text may break anywhere, for it may be one long word. */
  readonly kind: 'long' | 'short' | 'number';
}

interface PageTable {
  readonly caption: string;
  readonly columns: readonly PageColumn[];
  /** The first cell of a row is its heading. */
  readonly rows: readonly (readonly Content[])[];
  /** A last row with the sums of the others. */
  readonly total?: readonly Content[];
}

export const text = (title: string): PageColumn => ({ title, kind: 'long' });
export const short = (title: string): PageColumn => ({ title, kind: 'short' });
export const number = (title: string): PageColumn => ({ title, kind: 'number' });

export function table({ caption, columns, rows, total }: PageTable): Markup {
  return markup`<table>
<caption>${caption}</caption>
<thead><tr>${columns.map((column) => markup`<th scope="col"${classOf(column)}>${column.title}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => rowOf(row, columns, markup``))}${
    total === undefined ? '' : rowOf(total, columns, markup` class="total"`)
  }</tbody>
</table>
`;
}

function rowOf(row: readonly Content[], columns: readonly PageColumn[], attributes: Markup): Markup {
  const cells = columns.map((column, place) =>
    place === 0
      ? markup`<th scope="row"${classOf(column)}>${row[0] ?? ''}</th>`
      : markup`<td${classOf(column)}>${row[place] ?? ''}</td>`,
  );
  return markup`<tr${attributes}>${cells}</tr>
`;
}

function classOf({ kind }: PageColumn): Markup {
  return kind === 'long' ? markup`` : markup` class="${kind}"`;
}

/** A command that gives the numbers above it again. */
export function reproducedBy(command: string): Markup {
  return markup`<p class="command">Gives these numbers again: <code>${command}</code></p>
`;
}

/** More rows than this are counted, not shown: the command beside them tells them all. */
const MAX_ROWS = 200;

/** A table of the first rows, and how many there are more. */
export function longTable({ rows, ...rest }: PageTable): Markup {
  const left = rows.length - MAX_ROWS;
  return markup`${table({ ...rest, rows: rows.slice(0, MAX_ROWS) })}${
    left > 0
      ? markup`<p>… and ${left} more, which the command below tells.</p>
`
      : ''
  }`;
}
