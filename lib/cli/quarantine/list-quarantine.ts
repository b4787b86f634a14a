import type { QuarantinedPage } from '../../../lambdas/collector/core/ports';
import { countOf, formatCount } from '../../format/quantities';
import { visibleText } from '../../format/visible-text';
import { inParallel } from '../archive/in-parallel';
import type { Session } from '../session';
import type { Column, Terminal } from '../terminal/terminal';
import type { QuarantinedEvent } from './quarantine-days';
import { firstDay, QuarantineDays } from './quarantine-days';

export interface ListOptions {
  /** Days of arrival, today included. */
  readonly days: number;
}

/** A day has a few small objects: most of the time is spent waiting. */
const DAYS_AT_ONCE = 8;

/** Each page takes one request, for its metadata. */
const PAGES_AT_ONCE = 8;

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

const TIME_LENGTH = 'YYYY-MM-DD HH:MM:SS'.length;

/** Prints what was rejected, grouped by reason, and the pages that could not be read. */
export async function listQuarantine(
  session: Session,
  { days }: ListOptions,
  sourceId?: string,
): Promise<void> {
  const { terminal } = session;
  const deployment = await session.deployment();
  const source = deployment.source(sourceId);
  const quarantine = new QuarantineDays(deployment, source.sourceId);
  const fromDay = firstDay(session.nowMs(), days);
  const daysFound = await quarantine.days(fromDay);
  const progress = terminal.progress({ title: `quarantine ${source.sourceId}`, total: daysFound.length });
  const groups = new ReasonGroups();
  let daysRead = 0;
  const pagesByDay = await inParallel(daysFound, DAYS_AT_ONCE, async (day): Promise<ListedPage[]> => {
    for await (const event of quarantine.events(day)) groups.add(event);
    const pages = await describePages(quarantine, day);
    progress.update(++daysRead, day);
    return pages;
  });
  progress.stop();
  const all = groups.all;
  const pages = pagesByDay.flat();
  if (all.length > 0) {
    terminal.table(EVENT_COLUMNS, all.map(groupRow));
    const redriven = formatCount(sum(all, 'redriven'));
    terminal.print(`${countOf(sum(all, 'events'), 'event')} since ${fromDay}, ${redriven} archived since.`);
  }
  if (pages.length > 0) printPages(terminal, pages, fromDay);
  if (all.length + pages.length === 0)
    terminal.print(`Nothing of ${source.sourceId} went into quarantine since ${fromDay}.`);
  terminal.json({
    sourceId: source.sourceId,
    fromDay,
    events: sum(all, 'events'),
    redriven: sum(all, 'redriven'),
    groups: all,
    pages,
  });
}

function groupRow(group: ReasonGroup): string[] {
  return [
    formatCount(group.events),
    formatCount(group.redriven),
    group.firstArrivedAt.slice(0, TIME_LENGTH),
    group.lastArrivedAt.slice(0, TIME_LENGTH),
    group.reasons.map(visibleText).join('\n'),
  ];
}

function sum(groups: readonly ReasonGroup[], what: 'events' | 'redriven'): number {
  return groups.reduce((total, group) => total + group[what], 0);
}

/** Quarantined events with the same reasons. */
interface ReasonGroup {
  /** Why they were rejected, without the received values. */
  readonly reasons: readonly string[];
  readonly events: number;
  /** How many of them have been archived since. */
  readonly redriven: number;
  /** UTC, as in the record: `2026-11-18 09:00:00.000000000`. */
  readonly firstArrivedAt: string;
  readonly lastArrivedAt: string;
}

/** Groups quarantined events by their reasons. Keeps the groups, not the events. */
class ReasonGroups {
  private readonly groups = new Map<string, ReasonGroup>();

  add({ record, isRedriven }: QuarantinedEvent): void {
    const reasons = record.errors.map(withoutValue);
    const key = JSON.stringify(reasons);
    const group = this.groups.get(key);
    const at = record.arrived_at;
    this.groups.set(key, {
      reasons,
      events: (group?.events ?? 0) + 1,
      redriven: (group?.redriven ?? 0) + (isRedriven ? 1 : 0),
      firstArrivedAt: group !== undefined && group.firstArrivedAt < at ? group.firstArrivedAt : at,
      lastArrivedAt: group !== undefined && group.lastArrivedAt > at ? group.lastArrivedAt : at,
    });
  }

  /** The largest group first. */
  get all(): ReasonGroup[] {
    return [...this.groups.values()].sort((one, other) => other.events - one.events);
  }
}

/** `user must be string, received null` and `…, received number 7` are one reason. */
function withoutValue(reason: string): string {
  return reason.replace(/, received .*$/s, '');
}

/** One page that could not be read when it came. */
interface ListedPage extends QuarantinedPage {
  /** Why it could not be read. */
  readonly reason: string;
}

/** The pages of one day, each with its reason; no page is loaded. */
async function describePages(quarantine: QuarantineDays, day: string): Promise<ListedPage[]> {
  const pages: QuarantinedPage[] = [];
  for await (const page of quarantine.pages(day)) pages.push(page);
  return inParallel(pages, PAGES_AT_ONCE, async (page) => {
    const { reason } = await quarantine.describePage(page);
    return { ...page, reason };
  });
}

/** Prints one row per page, and the number of redriven pages. */
function printPages(terminal: Terminal, pages: readonly ListedPage[], fromDay: string): void {
  const redriven = pages.filter(({ isRedriven }) => isRedriven).length;
  terminal.table(PAGE_COLUMNS, pages.map(pageRow));
  terminal.print(
    `${countOf(pages.length, 'page')} since ${fromDay}, ${formatCount(redriven)} redriven since.`,
  );
}

function pageRow({ day, bytes, isRedriven, reason }: ListedPage): string[] {
  return [day, formatCount(bytes), isRedriven ? 'yes' : 'no', visibleText(reason)];
}
