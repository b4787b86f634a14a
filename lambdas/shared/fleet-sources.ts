import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { FleetSource } from '../contract/deployment/fleet';
import type { Feed } from '../contract/feed/feed';
import { dayOf } from '../contract/storage/archive-layout';
import type { SourceStatus } from '../contract/storage/fleet-table';
import { FleetItem, statusId } from '../contract/storage/fleet-table';
import type { FleetAlarmKind } from '../contract/telemetry/alarms';
import { AlarmLimit } from '../contract/telemetry/alarms';
import { readItems, unpacked } from './table-items';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const { longestRunMinutes, missedRuns, quarantinedMinutes, recoveredMinutes } = AlarmLimit;

/** The sources of a fleet, and how often they have been changed. */
export interface SourceList {
  readonly sources: readonly FleetSource[];
  /** 0 if there never was one. */
  readonly version: number;
}

/** @throws what the SDK throws, and Error if the item is none */
export async function readSourceList(client: DynamoDBClient, table: string): Promise<SourceList> {
  const items = await readItems<{ readonly version: number; readonly content?: unknown }>(client, {
    table,
    ids: [FleetItem.Sources],
  });
  const item = items.get(FleetItem.Sources);
  if (item === undefined) return { sources: [], version: 0 };
  return { sources: unpacked(item) as readonly FleetSource[], version: item.version };
}

/** What the runs of the sources have reported, by source id. @throws what the SDK throws */
export async function readStatuses(
  client: DynamoDBClient,
  table: string,
  { feed, sourceIds }: { readonly feed: Pick<Feed, 'shortName'>; readonly sourceIds: readonly string[] },
): Promise<ReadonlyMap<string, SourceStatus>> {
  const ids = sourceIds.map((sourceId) => statusId(feed, sourceId));
  const items = await readItems<SourceStatus>(client, { table, ids });
  return new Map(
    sourceIds.flatMap((sourceId) => {
      const status = items.get(statusId(feed, sourceId));
      return status === undefined ? [] : [[sourceId, status]];
    }),
  );
}

/**
 * The kinds of alarm that are about a source now. They mean what the alarms of a single source mean, and take as long.
 * @param status empty if none of its runs has reported
 */
export function affectedBy(source: FleetSource, status: SourceStatus, nowMs: number): FleetAlarmKind[] {
  const { addedAtMs, scheduleMinutes, noDataWindowMinutes } = source;
  const { succeededAtMs = 0, refusedAtMs = 0 } = status;
  // A source may have been retired meanwhile.
  const quietSinceMs = status.quietSinceMs && Math.max(status.quietSinceMs, addedAtMs);
  const daysLeft = tokenDaysLeft(status, nowMs);
  const severalRunsMs = (longestRunMinutes + missedRuns * scheduleMinutes) * MINUTE_MS;
  const lasts = (sinceMs: number | undefined, ms: number): boolean =>
    sinceMs !== undefined && nowMs - sinceMs >= ms;
  const isWithin = (atMs: number | undefined, ms: number): boolean => atMs !== undefined && nowMs - atMs < ms;
  const is: Readonly<Record<FleetAlarmKind, boolean>> = {
    'no-data': noDataWindowMinutes !== undefined && lasts(quietSinceMs, noDataWindowMinutes * MINUTE_MS),
    'not-running': lasts(Math.max(succeededAtMs, addedAtMs), severalRunsMs),
    'credentials-refused': refusedAtMs > succeededAtMs,
    behind: lasts(status.lateSinceMs, severalRunsMs),
    quarantined: isWithin(status.quarantinedAtMs, quarantinedMinutes * MINUTE_MS),
    'events-recovered': isWithin(status.recoveredAtMs, recoveredMinutes * MINUTE_MS),
    'token-expiring': daysLeft !== undefined && daysLeft <= AlarmLimit.tokenDaysLeft,
  };
  return (Object.keys(is) as FleetAlarmKind[]).filter((kind) => is[kind]);
}

/** Whole days until the token ends, negative afterwards; undefined if no run has told. */
export function tokenDaysLeft({ tokenEndsOn }: SourceStatus, nowMs: number): number | undefined {
  if (tokenEndsOn === undefined) return undefined;
  return (Date.parse(tokenEndsOn) - Date.parse(dayOf(nowMs))) / (24 * HOUR_MS);
}
