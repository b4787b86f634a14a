import { dayOf } from '../../../../lambdas/contract/storage/archive-layout';
import { append } from '../../../../lambdas/shared/collections';
import type { ReportedHour } from '../report';

/** The events of an hour, or of a day where the period is long. */
export interface Bin {
  /** UTC: `2026-11-22 09:00`, or `2026-11-22`. */
  readonly title: string;
  readonly archived: number;
  readonly quarantined: number;
  /** Absent if Netskope was not asked. */
  readonly netskope?: number;
  readonly missing?: number;
  /** Hours in which something differs. */
  readonly differing: number;
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

export function isDiffering({ missing = 0, extra = 0, doubled }: ReportedHour): boolean {
  return missing + extra + doubled > 0;
}

/** Sums of all hours. What was not compared has none. */
export function sumOf(hours: readonly ReportedHour[]): Omit<Bin, 'title'> & { readonly extra?: number } {
  const sum = (numbers: readonly (number | undefined)[]): number =>
    numbers.reduce<number>((total, one) => total + (one ?? 0), 0);
  const isCompared = hours.some(({ netskope }) => netskope !== undefined);
  return {
    archived: sum(hours.map(({ archived }) => archived)),
    quarantined: sum(hours.map(({ quarantined }) => quarantined)),
    ...(isCompared
      ? {
          netskope: sum(hours.map(({ netskope }) => netskope)),
          missing: sum(hours.map(({ missing }) => missing)),
          extra: sum(hours.map(({ extra }) => extra)),
        }
      : {}),
    differing: hours.filter(isDiffering).length,
  };
}

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
