import type { QuarantinedEvent } from './quarantine-days';

/** Quarantined events with the same reasons. */
export interface ReasonGroup {
  /** Why they could not be placed; the values received are left out. */
  readonly reasons: readonly string[];
  readonly events: number;
  /** How many of them are archived since. */
  readonly redriven: number;
  /** UTC, as in the record: `2026-11-18 09:00:00.000000000`. */
  readonly firstArrivedAt: string;
  readonly lastArrivedAt: string;
}

/** Sorts quarantined events by their reasons. It keeps one group for each, and no event. */
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

  /** The largest first. */
  get all(): ReasonGroup[] {
    return [...this.groups.values()].sort((one, other) => other.events - one.events);
  }
}

/** `user must be string, received null` and `…, received number 7` are one reason. */
function withoutValue(reason: string): string {
  return reason.replace(/, received .*$/s, '');
}
