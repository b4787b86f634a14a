import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Feed } from '../../contract/feed/feed';
import { dayOf } from '../../contract/storage/archive-layout';
import { CHECKPOINT_KEY } from '../../contract/storage/checkpoint-table';
import type { SourceStatus } from '../../contract/storage/fleet-table';
import { statusId } from '../../contract/storage/fleet-table';
import { AlarmLimit } from '../../contract/telemetry/alarms';
import { MetricsError } from '../../shared/errors';
import type { Announcement, Clock, MetricSink } from '../core/ports';

const MS_PER_DAY = 86_400_000;

/** What an announcement changes in the status of its source. */
interface StatusChange {
  readonly set: SourceStatus;
  /** Set unless there is a value. */
  readonly begin: SourceStatus;
  readonly remove: readonly (keyof SourceStatus)[];
}

interface TableStatusParts {
  readonly table: string;
  readonly feed: Feed;
  readonly clock: Clock;
}

/**
 * Writes each announcement of a fleet's source into the checkpoint table, in one call: a write unit costs a hundredth of
 * what CloudWatch bills for the call and the metrics.
 */
export class TableStatus implements MetricSink {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly parts: TableStatusParts,
  ) {}

  async send(sourceId: string, announcement: Announcement): Promise<void> {
    const { table, feed, clock } = this.parts;
    const change = statusChange(announcement, clock.nowMs());
    const update = updateOf(change);
    if (update.UpdateExpression === '') return;
    const Key = marshall({ [CHECKPOINT_KEY]: statusId(feed, sourceId) });
    try {
      await this.client.send(new UpdateItemCommand({ TableName: table, Key, ...update }));
    } catch (cause) {
      throw new MetricsError(`table ${table} refused the status of source ${sourceId}`, { cause });
    }
  }
}

/** Events that a walk through the past has archived are not announced, so they end no silence. */
export function statusChange(announcement: Announcement, nowMs: number): StatusChange {
  const { counts, recovered, runSucceeded, credentialsRefused, lagS, tokenDaysLeft } = announcement;
  const isOfRun = runSucceeded === true || credentialsRefused !== undefined;
  const hasReported = isOfRun && counts !== undefined;
  const hasArchived = (counts?.archived ?? 0) > 0;
  const isLate = lagS !== undefined && lagS > AlarmLimit.lagS;
  return {
    set: {
      ...(hasReported && { reportedAtMs: nowMs }),
      ...(hasArchived && { quietSinceMs: nowMs }),
      ...((counts?.quarantined ?? 0) > 0 && { quarantinedAtMs: nowMs }),
      ...((recovered ?? 0) > 0 && { recoveredAtMs: nowMs }),
      ...(runSucceeded === true && { succeededAtMs: nowMs }),
      ...(credentialsRefused === true && { refusedAtMs: nowMs }),
      ...(tokenDaysLeft !== undefined && { tokenEndsOn: dayOf(nowMs + tokenDaysLeft * MS_PER_DAY) }),
    },
    begin: {
      ...(hasReported && !hasArchived && { quietSinceMs: nowMs }),
      ...(isLate && { lateSinceMs: nowMs }),
    },
    remove: lagS !== undefined && !isLate ? ['lateSinceMs'] : [],
  };
}

type Update = Pick<
  UpdateItemCommand['input'],
  'UpdateExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

function updateOf({ set, begin, remove }: StatusChange): Update {
  const values = { ...set, ...begin };
  const settings = [
    ...Object.keys(set).map((name) => `#${name} = :${name}`),
    ...Object.keys(begin).map((name) => `#${name} = if_not_exists(#${name}, :${name})`),
  ];
  const names = [...Object.keys(values), ...remove];
  const valuesByName = Object.entries<unknown>(values).map(([name, value]) => [`:${name}`, value] as const);
  return {
    UpdateExpression: [
      ...(settings.length > 0 ? [`SET ${settings.join(', ')}`] : []),
      ...(remove.length > 0 ? [`REMOVE ${remove.map((name) => `#${name}`).join(', ')}`] : []),
    ].join(' '),
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ...(settings.length > 0 && { ExpressionAttributeValues: marshall(Object.fromEntries(valuesByName)) }),
  };
}
