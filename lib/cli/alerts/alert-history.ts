import type { Severity } from '../../../lambdas/contract/storage/alert-record';
import { isMoreUrgent, mostUrgent } from '../../../lambdas/contract/storage/alert-record';
import { append } from '../../../lambdas/shared/collections';
import type { StoredAlert } from './stored-alerts';

/** An alert with its updates. */
export interface AlertHistory {
  readonly alertId: string;
  /** The alert as it was raised, or the first update that there is. */
  readonly first: StoredAlert;
  /** The record with the newest counts; the same as `first` if there was no update. */
  readonly newest: StoredAlert;
  /** All of them, in the order they were written. */
  readonly records: readonly StoredAlert[];
  /** The highest of any record. */
  readonly severity: Severity;
}

/** Which alerts are wanted; what is left out excludes none. */
export interface AlertFilter {
  /** Time of the first event, unix seconds; `toEpochS` is not included. */
  readonly fromEpochS: number;
  readonly toEpochS: number;
  /** The least severity. */
  readonly severity?: Severity;
  /** Ids of rules. */
  readonly rule?: readonly string[];
  /** A part of a user's name, ignoring case. */
  readonly user?: string;
}

/** Puts alerts and their updates together, the newest alert first. */
export function alertHistories(stored: readonly StoredAlert[]): AlertHistory[] {
  const byId = new Map<string, StoredAlert[]>();
  for (const alert of stored) append(byId, alert.record.alert_id, alert);
  return [...byId].flatMap(([id, records]) => historyOf(id, records)).sort(byTime);
}

/** Whether an alert is wanted, by any of its records. */
export function isWanted({ first, records, severity }: AlertHistory, filter: AlertFilter): boolean {
  const timeS = Date.parse(first.record.first_event_time) / 1000;
  if (timeS < filter.fromEpochS || timeS >= filter.toEpochS) return false;
  if (filter.rule !== undefined && !filter.rule.includes(first.record.rule_id)) return false;
  if (filter.severity !== undefined && isMoreUrgent(filter.severity, severity)) return false;
  const wanted = filter.user?.toLowerCase();
  return wanted === undefined || usersOf(records).some((user) => user.toLowerCase().includes(wanted));
}

function historyOf(alertId: string, stored: readonly StoredAlert[]): AlertHistory[] {
  const records = stored.toSorted(byUpdate);
  const [first, newest] = [records[0], records.at(-1)];
  if (first === undefined || newest === undefined) return [];
  return [
    { alertId, first, newest, records, severity: mostUrgent(records.map(({ record }) => record.severity)) },
  ];
}

const ORDER = { raised: 0, grown: 1, closed: 2 } as const;

function byUpdate({ record: one }: StoredAlert, { record: other }: StoredAlert): number {
  return ORDER[one.update] - ORDER[other.update] || one.event_count - other.event_count;
}

function byTime(one: AlertHistory, other: AlertHistory): number {
  return placeOf(one) > placeOf(other) ? -1 : 1;
}

function placeOf({ first, alertId }: AlertHistory): string {
  return `${first.record.first_event_time} ${alertId}`;
}

/** A record lists some of its users, its rows have more. */
function usersOf(records: readonly StoredAlert[]): string[] {
  return records.flatMap(({ record }) => [...record.who, ...record.rows.flatMap(({ user }) => user ?? [])]);
}
