import type {
  CloudWatchClient,
  GetMetricDataCommandInput,
  MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import { paginateDescribeAlarms, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Feed } from '../contract/feed/feed';
import { dayOf } from '../contract/storage/archive-layout';
import type { Checkpoint } from '../contract/storage/checkpoint-table';
import { liveStreamId } from '../contract/storage/checkpoint-table';
import { FORMAT, Format } from '../contract/storage/format';
import type { Verification } from '../contract/storage/verification';
import { alertVerificationId, verificationId } from '../contract/storage/verification';
import { isAlarmOf } from '../contract/telemetry/alarms';
import { deploymentOf, Metric, METRIC_NAMESPACE, metricDimensions } from '../contract/telemetry/metrics';
import { slices } from '../shared/collections';
import { readStatuses } from '../shared/fleet-sources';
import { assertKnownFormat } from '../shared/known-format';
import { readItems } from '../shared/table-items';
import { sourceIdsOfFleet } from '../shared/watched-sources';
import type { FiringAlarm, SourceState } from './message';

/** Alarms in an answer (Amazon CloudWatch API reference, DescribeAlarms). */
const MAX_ALARMS = 100;
/** Queries in a call (Amazon CloudWatch API reference, GetMetricData), of which a source has two. */
const SOURCES_IN_A_QUERY = 250;

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

interface AskedMetrics {
  readonly deploymentName: string;
  readonly sourceIds: readonly string[];
  readonly nowMs: number;
}

/** What the metrics of the last days say of each source. @throws what the SDK throws */
async function stateFromMetrics(
  client: CloudWatchClient,
  { deploymentName, sourceIds, nowMs }: AskedMetrics,
): Promise<ReadonlyMap<string, FromMetrics>> {
  const today = Date.parse(dayOf(nowMs));
  const times = { StartTime: new Date(today - DAYS_LOOKED_BACK * DAY_MS), EndTime: new Date(nowMs) };
  const states = new Map<string, FromMetrics>();
  for (const ids of slices(sourceIds, SOURCES_IN_A_QUERY)) {
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

/** What the checkpoint of each source says, if it has one. @throws what the SDK throws, and NewerFormatError */
export async function stateFromCheckpoints(
  client: DynamoDBClient,
  table: string,
  { feed, sourceIds }: { readonly feed: Pick<Feed, 'shortName'>; readonly sourceIds: readonly string[] },
): Promise<ReadonlyMap<string, Pick<SourceState, 'chainHead' | 'archivedInAll'>>> {
  const ids = sourceIds.map((id) => liveStreamId(feed, id));
  const attributes = [FORMAT, 'manifest', 'totals'];
  const items = await readItems<Pick<Checkpoint, 'format' | 'manifest' | 'totals'>>(client, {
    table,
    ids,
    attributes,
  });
  return new Map(
    sourceIds.flatMap((id) => {
      const streamId = liveStreamId(feed, id);
      const item = items.get(streamId);
      if (item === undefined) return [];
      assertKnownFormat(`the checkpoint of ${streamId}`, item.format, Format.checkpoint);
      return [[id, { chainHead: item.manifest, archivedInAll: item.totals.archived }]];
    }),
  );
}

/** The state of each of these sources. @throws what the SDK throws */
export async function statesOfSources(
  cloudwatch: CloudWatchClient,
  dynamoDb: DynamoDBClient,
  {
    checkpointTable,
    feed,
    ...asked
  }: AskedMetrics & { readonly checkpointTable: string; readonly feed: Pick<Feed, 'shortName'> },
): Promise<readonly SourceState[]> {
  const { sourceIds } = asked;
  const [fromMetrics, fromCheckpoints] = await Promise.all([
    stateFromMetrics(cloudwatch, asked),
    stateFromCheckpoints(dynamoDb, checkpointTable, { feed, sourceIds }),
  ]);
  return sourceIds.map((sourceId) => ({
    sourceId,
    ...fromMetrics.get(sourceId),
    ...fromCheckpoints.get(sourceId),
  }));
}

/** The state of each source of a fleet, which sends no metrics. @throws what the SDK throws */
export async function statesOfFleet(
  client: DynamoDBClient,
  table: string,
  feed: Pick<Feed, 'shortName'>,
): Promise<readonly SourceState[]> {
  const sourceIds = await sourceIdsOfFleet(client, table);
  const [statuses, fromCheckpoints] = await Promise.all([
    readStatuses(client, table, { feed, sourceIds }),
    stateFromCheckpoints(client, table, { feed, sourceIds }),
  ]);
  return sourceIds.map((sourceId) => ({
    sourceId,
    lastDayOfToken: statuses.get(sourceId)?.tokenEndsOn,
    ...fromCheckpoints.get(sourceId),
  }));
}

/** Adds what the verification of each source knows. @throws what the SDK throws */
export async function withVerifications(
  client: DynamoDBClient,
  table: string,
  { feed, states }: { readonly feed: Pick<Feed, 'shortName'>; readonly states: readonly SourceState[] },
): Promise<readonly SourceState[]> {
  const ids = states.flatMap(({ sourceId }) => [
    verificationId(feed, sourceId),
    alertVerificationId(feed, sourceId),
  ]);
  const items = await readItems<Verification>(client, { table, ids });
  return states.map((state) => ({
    ...state,
    verification: items.get(verificationId(feed, state.sourceId)),
    alertVerification: items.get(alertVerificationId(feed, state.sourceId)),
  }));
}
