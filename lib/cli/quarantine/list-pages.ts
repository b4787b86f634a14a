import type { QuarantinedPage } from '../../../lambdas/collector/core/ports';
import { countOf } from '../../format/count-of';
import { formatCount } from '../../format/quantities';
import { visibleText } from '../../format/visible-text';
import { inParallel } from '../archive/in-parallel';
import type { Column, Terminal } from '../terminal/terminal';
import type { QuarantineDays } from './quarantine-days';

/** One page that could not be read when it came. */
export interface ListedPage extends QuarantinedPage {
  /** Why it could not be read. */
  readonly reason: string;
}

/** Each page takes one request, for its metadata. */
const PAGES_AT_ONCE = 8;

const COLUMNS: readonly Column[] = [
  { title: 'day, UTC' },
  { title: 'bytes', align: 'right' },
  { title: 'redriven' },
  { title: 'page could not be read because' },
];

/** The pages of one day, each with its reason; no page is loaded. */
export async function describePages(quarantine: QuarantineDays, day: string): Promise<ListedPage[]> {
  const pages: QuarantinedPage[] = [];
  for await (const page of quarantine.pages(day)) pages.push(page);
  return inParallel(pages, PAGES_AT_ONCE, async (page) => {
    const { reason } = await quarantine.describePage(page);
    return { ...page, reason };
  });
}

/** Prints one row per page, and the number of redriven pages. */
export function printPages(terminal: Terminal, pages: readonly ListedPage[], fromDay: string): void {
  const redriven = pages.filter(({ isRedriven }) => isRedriven).length;
  terminal.table(COLUMNS, pages.map(row));
  terminal.print(
    `${countOf(pages.length, 'page')} since ${fromDay}, ${formatCount(redriven)} redriven since.`,
  );
}

function row({ day, bytes, isRedriven, reason }: ListedPage): string[] {
  return [day, formatCount(bytes), isRedriven ? 'yes' : 'no', visibleText(reason)];
}
