import type { QuarantinedPage } from '../../../lambdas/collector/core/ports';
import { inParallel } from '../../../lambdas/shared/in-parallel';
import type { Session } from '../session';
import type { QuarantinedEvent } from './quarantine-days';
import { QuarantineDays } from './quarantine-days';

/** What was rejected in some days, and what came of it. */
export interface QuarantineContent {
  /** The largest first. */
  readonly groups: readonly ReasonGroup[];
  readonly events: number;
  /** How many of the events have been archived since. */
  readonly redriven: number;
  readonly pages: readonly ListedPage[];
}

/** Days of arrival, UTC, `2026-11-22`. */
interface ArrivalDays {
  readonly fromDay: string;
  /** Included. @default - there is no limit */
  readonly toDay?: string;
}

/** A day has a few small objects: most of the time is spent waiting. */
const DAYS_AT_ONCE = 8;

/** Each page takes one request, for its metadata. */
const PAGES_AT_ONCE = 8;

/** Reads what arrived in these days and was rejected, or could not be read. */
export async function readQuarantine(
  session: Session,
  sourceId: string,
  { fromDay, toDay }: ArrivalDays,
): Promise<QuarantineContent> {
  const quarantine = new QuarantineDays(await session.deployment(), sourceId);
  const days = await quarantine.days(fromDay, toDay);
  const progress = session.terminal.progress({ title: `quarantine ${sourceId}`, total: days.length });
  const groups = new ReasonGroups();
  let daysRead = 0;
  const pages = await inParallel(days, DAYS_AT_ONCE, async (day): Promise<ListedPage[]> => {
    for await (const event of quarantine.events(day)) groups.add(event);
    const ofDay = await describePages(quarantine, day);
    progress.update(++daysRead, day);
    return ofDay;
  }).finally(() => progress.stop());
  const { all } = groups;
  return { groups: all, events: sum(all, 'events'), redriven: sum(all, 'redriven'), pages: pages.flat() };
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
export interface ListedPage extends QuarantinedPage {
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
