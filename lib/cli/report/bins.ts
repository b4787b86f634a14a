import { dayOf } from '../../../lambdas/contract/storage/archive-layout';
import { append } from '../../../lambdas/shared/collections';
import type { HourNumbers, Totals } from '../verify/events/hour-comparison';
import { isEqual, totalsOf } from '../verify/events/hour-comparison';
import type { ReportedHour } from './report';

/** Numbers of hours together. Those that need Netskope are absent if it was not asked. */
type Sums = Pick<Totals, 'archived' | 'quarantined' | 'doubled' | 'hours' | 'differingHours'> &
  Partial<Totals>;

/** The events of an hour, or of a day where the period is long. */
export interface Bin extends Sums {
  /** UTC: `2026-11-22 09:00`, or `2026-11-22`. */
  readonly title: string;
}

/** Longer periods are shown by day. */
const MOST_HOURS = 72;
const MS_PER_HOUR = 3_600_000;

export function isByHour(hours: readonly ReportedHour[]): boolean {
  return hours.length <= MOST_HOURS;
}

export function binsOf(hours: readonly ReportedHour[]): readonly Bin[] {
  const byTitle = new Map<string, ReportedHour[]>();
  for (const hour of hours)
    append(byTitle, isByHour(hours) ? hourTitle(hour.hour) : dayOf(hour.hour * MS_PER_HOUR), hour);
  return [...byTitle].map(([title, ofBin]) => ({ title, ...sumOf(ofBin) }));
}

/** For example `2026-11-22 09:00`. */
export function hourTitle(hour: number): string {
  return new Date(hour * MS_PER_HOUR).toISOString().slice(0, 16).replace('T', ' ');
}

/** Whether the hour differs from what was expected of it. */
export function isDiffering(hour: ReportedHour): boolean {
  return !isEqual({ ...NOT_COMPARED, ...hour });
}

export function sumOf(hours: readonly ReportedHour[]): Sums {
  const { netskope, missing, extra, ...stored } = totalsOf(
    hours.map((hour): HourNumbers => ({ ...NOT_COMPARED, ...hour })),
  );
  const isCompared = hours.some((hour) => hour.netskope !== undefined);
  return isCompared ? { ...stored, netskope, missing, extra } : stored;
}

const NOT_COMPARED = { netskope: 0, missing: 0, extra: 0 };

/** The longest time without an event: its first hour, and how many hours it has; undefined if every hour has one. */
export function longestSilence(
  hours: readonly ReportedHour[],
): { readonly fromHour: number; readonly hours: number } | undefined {
  let longest: { fromHour: number; hours: number } | undefined;
  let since: number | undefined;
  for (const { hour, archived, quarantined, netskope = 0 } of hours) {
    if (archived + quarantined + netskope > 0) since = undefined;
    else {
      since ??= hour;
      const length = hour - since + 1;
      if (length > (longest?.hours ?? 0)) longest = { fromHour: since, hours: length };
    }
  }
  return longest;
}
