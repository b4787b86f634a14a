import type { CloudWatchClient, MetricDataQuery, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import type { FleetAlarmKind } from '../../../lambdas/contract/telemetry/alarms';
import {
  deploymentOf,
  Metric,
  METRIC_NAMESPACE,
  metricDimensions,
} from '../../../lambdas/contract/telemetry/metrics';

/** What one source has reported over the last day. Times are unix milliseconds, of metrics to the minute. */
export interface SourceMetrics {
  /** Absent in a fleet, as the other number. */
  readonly archived?: number;
  readonly quarantined?: number;
  /** End of the last successful run; in a fleet, also of one that had no credentials. */
  readonly succeededAtMs?: number;
  /** End of the last run, successful or not; in a fleet, of the last one that had credentials. */
  readonly reportedAtMs?: number;
  /** The last time Netskope refused the token, or the secret could not be used. */
  readonly refusedAtMs?: number;
  readonly tokenDaysLeft?: number;
  /** Alarms of a fleet that are about the source; absent where it has alarms of its own. */
  readonly affectedBy?: readonly FleetAlarmKind[];
}

const MS_PER_DAY = 86_400_000;
const MS_PER_MINUTE = 60_000;

/** The finest period that CloudWatch keeps for a day and longer (Amazon CloudWatch user guide, "Metrics retention"). */
const PERIOD_S = 60;

/** Queries that one call may hold (Amazon CloudWatch API reference, GetMetricData). */
const MAX_QUERIES = 500;

type MetricName = keyof typeof Metric;

const ASKED = [
  ['EventsArchived', 'Sum'],
  ['EventsQuarantined', 'Sum'],
  ['CredentialsRefused', 'Maximum'],
  ['TokenDaysLeft', 'Maximum'],
] as const satisfies readonly (readonly [MetricName, string])[];

type Series = Readonly<Record<(typeof ASKED)[number][0], Points>>;

/** Reads the last 24 hours of these sources of a deployment, in the order given. */
export async function readSourceMetrics(
  client: CloudWatchClient,
  { name: deploymentName, sourceIds }: { readonly name: string; readonly sourceIds: readonly string[] },
  nowMs: number,
): Promise<readonly SourceMetrics[]> {
  const deployment = deploymentOf(deploymentName);
  const queries = sourceIds.flatMap((sourceId, number) =>
    ASKED.map(([name, statistic]) =>
      query(`${queryId(name)}_${number}`, {
        name,
        statistic,
        dimensions: metricDimensions(sourceId, deployment),
      }),
    ),
  );
  const results = await readSeries(client, queries, nowMs);
  return sourceIds.map((_, number) => {
    const series = ASKED.map(
      ([name]) => [name, results.get(`${queryId(name)}_${number}`) ?? NO_POINTS] as const,
    );
    return summaryOf(Object.fromEntries(series) as Series);
  });
}

type Points = Required<Pick<MetricDataResult, 'Timestamps' | 'Values'>>;

/** The points of each query by its id, newest first. */
async function readSeries(
  client: CloudWatchClient,
  queries: readonly MetricDataQuery[],
  nowMs: number,
): Promise<ReadonlyMap<string, Points>> {
  const series = new Map<string, Points>();
  for await (const { Id = '', Timestamps = [], Values = [] } of readResults(client, queries, nowMs)) {
    const before = series.get(Id) ?? NO_POINTS;
    series.set(Id, {
      Timestamps: [...before.Timestamps, ...Timestamps],
      Values: [...before.Values, ...Values],
    });
  }
  return series;
}

const NO_POINTS: Points = { Timestamps: [], Values: [] };

/** A query whose points do not fit into one answer has several results. */
async function* readResults(
  client: CloudWatchClient,
  queries: readonly MetricDataQuery[],
  nowMs: number,
): AsyncGenerator<MetricDataResult> {
  const endMs = nowMs - (nowMs % MS_PER_MINUTE) + MS_PER_MINUTE;
  const window = { StartTime: new Date(endMs - MS_PER_DAY), EndTime: new Date(endMs) };
  for (let from = 0; from < queries.length; from += MAX_QUERIES) {
    const MetricDataQueries = queries.slice(from, from + MAX_QUERIES);
    const pages = paginateGetMetricData(
      { client },
      { ...window, ScanBy: 'TimestampDescending', MetricDataQueries },
    );
    for await (const { MetricDataResults = [] } of pages) yield* MetricDataResults;
  }
}

function query(
  Id: string,
  {
    name,
    statistic,
    dimensions,
  }: {
    readonly name: MetricName;
    readonly statistic: string;
    readonly dimensions: Readonly<Record<string, string>>;
  },
): MetricDataQuery {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const metric = { Namespace: METRIC_NAMESPACE, MetricName: Metric[name].name, Dimensions };
  return { Id, MetricStat: { Metric: metric, Period: PERIOD_S, Stat: statistic } };
}

/** A run sends one of two: `EventsArchived` if it succeeds, `CredentialsRefused` if not. */
function summaryOf(series: Series): SourceMetrics {
  const { CredentialsRefused } = series;
  const succeededAtMs = newestAtMs(series.EventsArchived);
  const refused = CredentialsRefused.Values.findIndex((value) => value > 0);
  return {
    archived: sum(series.EventsArchived),
    quarantined: sum(series.EventsQuarantined),
    succeededAtMs,
    reportedAtMs: Math.max(succeededAtMs ?? 0, newestAtMs(CredentialsRefused) ?? 0) || undefined,
    refusedAtMs: CredentialsRefused.Timestamps[refused]?.getTime(),
    tokenDaysLeft: series.TokenDaysLeft.Values[0],
  };
}

function sum({ Values }: Points): number {
  return Values.reduce((total, value) => total + value, 0);
}

function newestAtMs({ Timestamps }: Points): number | undefined {
  return Timestamps[0]?.getTime();
}

/** An id begins with a lower-case letter (Amazon CloudWatch API reference, MetricDataQuery). */
function queryId(name: MetricName): string {
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}
