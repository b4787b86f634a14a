import { dayOf } from '../../../lambdas/contract/storage/archive-layout';
import { formatCount } from '../../local/start/quantities';
import type { Column } from '../columns';
import { countOf } from '../count-of';
import { inParallel } from '../in-parallel';
import type { Session } from '../session';
import { visibleText } from '../../format/visible-text';
import { describePages, printPages } from './list-pages';
import type { ListedPage } from './list-pages';
import { QuarantineDays } from './quarantine-days';
import { ReasonGroups } from './reason-groups';
import type { ReasonGroup } from './reason-groups';

export interface ListOptions {
  /** Days of arrival, today included. */
  readonly days: number;
}

const MS_PER_DAY = 86_400_000;
/** Each has a few small objects: most of the time is spent waiting. */
const DAYS_AT_ONCE = 8;

const COLUMNS: readonly Column[] = [
  { title: 'events', align: 'right' },
  { title: 'redriven', align: 'right' },
  { title: 'first arrival, UTC' },
  { title: 'last arrival, UTC' },
  { title: 'reasons' },
];

const TIME_LENGTH = 'YYYY-MM-DD HH:MM:SS'.length;

/** First of the days that an option of so many days, today included, asks for. */
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
