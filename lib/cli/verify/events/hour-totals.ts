import { isEqual } from './hour-comparison';
import type { HourComparison, HourNumbers } from './hour-comparison';

/** The numbers of all hours together. */
export interface Totals extends HourNumbers {
  readonly hours: number;
  readonly differingHours: number;
}

/** Adds hours up. */
export function totalsOf(hours: readonly HourComparison[]): Totals {
  const sum = (name: keyof HourNumbers): number => hours.reduce((total, hour) => total + hour[name], 0);
  return {
    hours: hours.length,
    differingHours: hours.filter((hour) => !isEqual(hour)).length,
    netskope: sum('netskope'),
    archived: sum('archived'),
    quarantined: sum('quarantined'),
    missing: sum('missing'),
    extra: sum('extra'),
    doubled: sum('doubled'),
  };
}
