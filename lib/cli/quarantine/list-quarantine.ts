import { countOf, formatCount } from '../../format/quantities';
import { visibleText } from '../../format/visible-text';
import type { Session } from '../session';
import type { Cell, Column } from '../terminal/table';
import type { Terminal } from '../terminal/terminal';
import { firstDay } from './quarantine-days';
import type { ListedPage, ReasonGroup } from './read-quarantine';
import { readQuarantine } from './read-quarantine';

export interface ListOptions {
  /** Days of arrival, today included. */
  readonly days: number;
  /** First day of arrival, UTC, `2026-11-22`. @default - as `days` says */
  readonly fromDay?: string;
  /** Included. @default - today */
  readonly toDay?: string;
}

const EVENT_COLUMNS: readonly Column[] = [
  { title: 'events', align: 'right' },
  { title: 'redriven', align: 'right' },
  { title: 'first arrival, UTC' },
  { title: 'last arrival, UTC' },
  { title: 'reasons' },
];

const PAGE_COLUMNS: readonly Column[] = [
  { title: 'day, UTC' },
  { title: 'bytes', align: 'right' },
  { title: 'redriven' },
  { title: 'page could not be read because' },
];

/** CSV has events and pages in one table: how many were rejected for some reasons, and each page. */
const CSV_COLUMNS: readonly Column[] = [
  { title: 'kind' },
  { title: 'rejected' },
  { title: 'redriven' },
  { title: 'first arrival, UTC' },
  { title: 'last arrival, UTC' },
  { title: 'reasons' },
];

const TIME_LENGTH = 'YYYY-MM-DD HH:MM:SS'.length;

/** Prints what was rejected, grouped by reason, and the pages that could not be read. */
export async function listQuarantine(
  session: Session,
  { days, ...options }: ListOptions,
  sourceId?: string,
): Promise<void> {
  const { terminal } = session;
  const deployment = await session.deployment();
  const source = deployment.source(sourceId);
  const { fromDay = firstDay(session.nowMs(), days), toDay } = options;
  const { groups, events, redriven, pages } = await readQuarantine(session, source.sourceId, {
    fromDay,
    toDay,
  });
  const when = toDay === undefined ? `since ${fromDay}` : `from ${fromDay} to ${toDay}`;
  terminal.csv(CSV_COLUMNS, [
    ...groups.map((group) => ['event', ...groupRow(group)]),
    ...pages.map(({ day, isRedriven, reason }) => ['page', 1, isRedriven ? 1 : 0, day, day, reason]),
  ]);
  if (groups.length > 0) {
    terminal.table(EVENT_COLUMNS, groups.map(groupRow));
    terminal.print(`${countOf(events, 'event')} ${when}, ${formatCount(redriven)} archived since.`);
  }
  if (pages.length > 0) printPages(terminal, pages, when);
  if (groups.length + pages.length === 0)
    terminal.print(`Nothing of ${source.sourceId} went into quarantine ${when}.`);
  terminal.json({ sourceId: source.sourceId, fromDay, toDay, events, redriven, groups, pages });
}

function groupRow({ events, redriven, firstArrivedAt, lastArrivedAt, reasons }: ReasonGroup): Cell[] {
  return [
    events,
    redriven,
    firstArrivedAt.slice(0, TIME_LENGTH),
    lastArrivedAt.slice(0, TIME_LENGTH),
    { shown: reasons.map(visibleText).join('\n'), value: reasons.join('; ') },
  ];
}

/** Prints one row per page, and the number of redriven pages. */
function printPages(terminal: Terminal, pages: readonly ListedPage[], when: string): void {
  const redriven = pages.filter(({ isRedriven }) => isRedriven).length;
  terminal.table(PAGE_COLUMNS, pages.map(pageRow));
  terminal.print(`${countOf(pages.length, 'page')} ${when}, ${formatCount(redriven)} redriven since.`);
}

function pageRow({ day, bytes, isRedriven, reason }: ListedPage): Cell[] {
  return [day, bytes, isRedriven ? 'yes' : 'no', visibleText(reason)];
}
