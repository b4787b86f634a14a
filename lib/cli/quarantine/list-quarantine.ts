import { dayOf } from '../../../lambdas/contract/storage/archive-layout';
import { countOf } from '../../format/count-of';
import { formatCount } from '../../format/quantities';
import { visibleText } from '../../format/visible-text';
import { inParallel } from '../archive/in-parallel';
import type { Session } from '../session';
import type { Column } from '../terminal/terminal';
import type { ListedPage } from './list-pages';
import { describePages, printPages } from './list-pages';
import type { QuarantinedEvent } from './quarantine-days';
import { QuarantineDays } from './quarantine-days';

export interface ListOptions {
  /** Days of arrival, today included. */
  readonly days: number;
}

const MS_PER_DAY = 86_400_000;
/** A day has a few small objects: most of the time is spent waiting. */
const DAYS_AT_ONCE = 8;

const COLUMNS: readonly Column[] = [
  { title: 'events', align: 'right' },
  { title: 'redriven', align: 'right' },
  { title: 'first arrival, UTC' },
  { title: 'last arrival, UTC' },
  { title: 'reasons' },
];

const TIME_LENGTH = 'YYYY-MM-DD HH:MM:SS'.length;

/** The first of so many days, today included. */
export function firstDay(nowMs: number, days: number): string {
  return dayOf(nowMs - (days - 1) * MS_PER_DAY);
}

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
    terminal.table(COLUMNS, all.map(row));
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

function row(group: ReasonGroup): string[] {
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
export interface ReasonGroup {
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
export class ReasonGroups {
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
