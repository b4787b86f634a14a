import type {
  CloudWatchClient,
  GetMetricDataCommandInput,
  MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import { paginateDescribeAlarms, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Feed } from '../contract/feed/feed';
import { dayOf } from '../contract/storage/archive-layout';
import type { Checkpoint } from '../contract/storage/checkpoint-table';
import { CHECKPOINT_KEY, liveStreamId } from '../contract/storage/checkpoint-table';
import { FORMAT, Format } from '../contract/storage/format';
import type { ManifestHead } from '../contract/storage/manifest';
import { isAlarmOf } from '../contract/telemetry/alarms';
import { deploymentOf, Metric, METRIC_NAMESPACE, metricDimensions } from '../contract/telemetry/metrics';
import { assertKnownFormat } from '../shared/known-format';
import type { FiringAlarm, SourceState } from './message';

/** Alarms in an answer (Amazon CloudWatch API reference, DescribeAlarms). */
const MAX_ALARMS = 100;
/** Queries in a call (Amazon CloudWatch API reference, GetMetricData), of which a source has two. */
const SOURCES_IN_A_QUERY = 250;
/** Keys in a call (Amazon DynamoDB API reference, BatchGetItem). */
const MAX_KEYS = 100;
/** DynamoDB leaves keys out of its answer when it is busy. */
const MAX_BATCHES = 10;

const DAY_MS = 86_400_000;
/** How long a token that no run has told is remembered. */
const DAYS_LOOKED_BACK = 7;

/** The alarms of a deployment that fire, those of its stacks of further sources included. @throws what the SDK throws */
export async function firingAlarms(
  client: CloudWatchClient,
  deploymentName: string,
): Promise<readonly FiringAlarm[]> {
  const firing: FiringAlarm[] = [];
  const request = { AlarmNamePrefix: deploymentName, StateValue: 'ALARM' } as const;
  for await (const { MetricAlarms = [] } of paginateDescribeAlarms(
    { client, pageSize: MAX_ALARMS },
    request,
  )) {
    for (const { AlarmName = '', StateTransitionedTimestamp, StateUpdatedTimestamp } of MetricAlarms) {
      const since = StateTransitionedTimestamp ?? StateUpdatedTimestamp;
      if (since !== undefined && isAlarmOf(deploymentName, AlarmName))
        firing.push({ name: AlarmName, sinceMs: since.getTime() });
    }
  }
  return firing;
}

type FromMetrics = Pick<SourceState, 'archivedYesterday' | 'lastDayOfToken'>;

/** What the metrics of the last days say of each source. @throws what the SDK throws */
export async function stateFromMetrics(
  client: CloudWatchClient,
  {
    deploymentName,
    sourceIds,
    nowMs,
  }: { readonly deploymentName: string; readonly sourceIds: readonly string[]; readonly nowMs: number },
): Promise<ReadonlyMap<string, FromMetrics>> {
  const today = Date.parse(dayOf(nowMs));
  const times = { StartTime: new Date(today - DAYS_LOOKED_BACK * DAY_MS), EndTime: new Date(nowMs) };
  const states = new Map<string, FromMetrics>();
  for (const ids of chunks(sourceIds, SOURCES_IN_A_QUERY)) {
    const MetricDataQueries = ids.flatMap((id, place) => queriesOf(id, place, deploymentName));
    const values = await daysOf(client, { ...times, MetricDataQueries });
    ids.forEach((id, place) => {
      const tokens = [...(values.get(`token${place}`) ?? [])];
      const [newest] = tokens.sort(([one], [other]) => other - one);
      states.set(id, {
        archivedYesterday: values.get(`archived${place}`)?.get(today - DAY_MS),
        lastDayOfToken: newest && dayOf(newest[0] + newest[1] * DAY_MS),
      });
    });
  }
  return states;
}

/** The value of each day that has one, by query and by the day's beginning. */
async function daysOf(
  client: CloudWatchClient,
  input: GetMetricDataCommandInput,
): Promise<ReadonlyMap<string, ReadonlyMap<number, number>>> {
  const values = new Map<string, Map<number, number>>();
  for await (const { MetricDataResults = [] } of paginateGetMetricData({ client }, input))
    for (const { Id = '', Timestamps = [], Values = [] } of MetricDataResults) {
      const days = values.get(Id) ?? new Map<number, number>();
      values.set(Id, days);
      Timestamps.forEach((at, place) => days.set(at.getTime(), Values[place] ?? 0));
    }
  return values;
}

function queriesOf(sourceId: string, place: number, deploymentName: string): MetricDataQuery[] {
  const dimensions = Object.entries(metricDimensions(sourceId, deploymentOf(deploymentName)));
  const query = (id: string, MetricName: string, Stat: string): MetricDataQuery => ({
    Id: `${id}${place}`,
    MetricStat: {
      Metric: {
        Namespace: METRIC_NAMESPACE,
        MetricName,
        Dimensions: dimensions.map(([Name, Value]) => ({ Name, Value })),
      },
      Period: DAY_MS / 1000,
      Stat,
    },
  });
  return [
    query('archived', Metric.EventsArchived.name, 'Sum'),
    query('token', Metric.TokenDaysLeft.name, 'Maximum'),
  ];
}

/**
 * The newest line of each source's manifest, as its checkpoint knows it.
 * @throws what the SDK throws, and NewerFormatError
 */
export async function chainHeads(
  client: DynamoDBClient,
  tableName: string,
  { feed, sourceIds }: { readonly feed: Pick<Feed, 'shortName'>; readonly sourceIds: readonly string[] },
): Promise<ReadonlyMap<string, ManifestHead>> {
  const sourceOf = new Map(sourceIds.map((id) => [liveStreamId(feed, id), id]));
  const heads = new Map<string, ManifestHead>();
  for (const streamIds of chunks([...sourceOf.keys()], MAX_KEYS)) {
    for (const item of await itemsOf(client, tableName, streamIds)) {
      const { streamId, format, manifest } = unmarshall(item) as Pick<
        Checkpoint,
        'streamId' | 'format' | 'manifest'
      >;
      assertKnownFormat(`the checkpoint of ${streamId}`, format, Format.checkpoint);
      const sourceId = sourceOf.get(streamId);
      if (manifest !== undefined && sourceId !== undefined) heads.set(sourceId, manifest);
    }
  }
  return heads;
}

async function itemsOf(
  client: DynamoDBClient,
  tableName: string,
  streamIds: readonly string[],
): Promise<readonly Record<string, AttributeValue>[]> {
  const items: Record<string, AttributeValue>[] = [];
  let keys = streamIds.map((streamId) => marshall({ [CHECKPOINT_KEY]: streamId }));
  for (let batch = 0; keys.length > 0; batch++) {
    if (batch === MAX_BATCHES)
      throw new Error(`DynamoDB left out ${keys.length} items of table ${tableName} ${MAX_BATCHES} times`);
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetItemCommand({
        RequestItems: {
          [tableName]: {
            Keys: keys,
            ProjectionExpression: '#key, #format, #manifest',
            ExpressionAttributeNames: { '#key': CHECKPOINT_KEY, '#format': FORMAT, '#manifest': 'manifest' },
          },
        },
      }),
    );
    items.push(...(Responses?.[tableName] ?? []));
    keys = UnprocessedKeys?.[tableName]?.Keys ?? [];
  }
  return items;
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
