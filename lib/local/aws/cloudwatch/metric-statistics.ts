import { StandardUnit } from '@aws-sdk/client-cloudwatch';
import { AwsError, notImplemented } from '../wire/aws-call';
import { closedObject, parameterReader } from '../wire/protocols';
import type { MetricPoint, MetricStore } from './metric-store';
import { dimension } from './put-metric-data';

type Statistic = 'Sum' | 'Minimum' | 'Maximum' | 'Average' | 'SampleCount';

/** The supported part of GetMetricData: statistics of single metrics; times in seconds since 1970. */
interface GetMetricData {
  readonly MetricDataQueries: readonly MetricDataQuery[];
  readonly StartTime: number;
  readonly EndTime: number;
  readonly ScanBy?: 'TimestampDescending' | 'TimestampAscending';
}

interface MetricDataQuery {
  readonly Id: string;
  readonly Label?: string;
  readonly MetricStat: {
    readonly Metric: {
      readonly Namespace: string;
      readonly MetricName: string;
      readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
    };
    /** Seconds. */
    readonly Period: number;
    readonly Stat: Statistic;
    readonly Unit?: string;
  };
}

/** Limits: Amazon CloudWatch API reference, GetMetricData and MetricDataQuery. */
const MAX_QUERIES = 500;
const MAX_DATAPOINTS = 100_800;
/** The shortest period of a metric of standard resolution, and what a start time is rounded down to. */
const MINUTE_S = 60;

const name = { type: 'string', minLength: 1, maxLength: 255 };

const metricStat = closedObject(
  {
    Metric: closedObject(
      { Namespace: name, MetricName: name, Dimensions: { type: 'array', items: dimension } },
      ['Namespace', 'MetricName'],
    ),
    Period: { type: 'integer', minimum: MINUTE_S, multipleOf: MINUTE_S },
    Stat: { enum: ['Sum', 'Minimum', 'Maximum', 'Average', 'SampleCount'] satisfies Statistic[] },
    Unit: { enum: Object.values(StandardUnit) },
  },
  ['Metric', 'Period', 'Stat'],
);

const query = closedObject(
  {
    Id: { type: 'string', pattern: '^[a-z][a-zA-Z0-9_]{0,254}$' },
    Label: { type: 'string' },
    MetricStat: metricStat,
    ReturnData: { const: true },
  },
  ['Id', 'MetricStat'],
);

const readGetMetricData = parameterReader<GetMetricData>(
  closedObject(
    {
      MetricDataQueries: { type: 'array', minItems: 1, maxItems: MAX_QUERIES, items: query },
      StartTime: { type: 'number' },
      EndTime: { type: 'number' },
      ScanBy: { enum: ['TimestampDescending', 'TimestampAscending'] },
    },
    ['MetricDataQueries', 'StartTime', 'EndTime'],
  ),
  { missing: 'ValidationException', invalid: 'ValidationException' },
);

/** Answers GetMetricData in one page. A period without points has no value. @throws AwsError */
export function getMetricData(metrics: MetricStore, body: Buffer): object {
  const request = readGetMetricData(body);
  const { MetricDataQueries: queries, StartTime, EndTime } = request;
  if (StartTime >= EndTime) throw invalid('The parameter StartTime must be less than the parameter EndTime.');
  if (new Set(queries.map(({ Id }) => Id)).size < queries.length)
    throw invalid('The Ids of the queries differ not.');
  const results = queries.map((one) => resultOf(one, metrics, request));
  const datapoints = results.reduce((total, { Values }) => total + Values.length, 0);
  if (datapoints > MAX_DATAPOINTS) throw notImplemented(`GetMetricData of ${datapoints} values in pages`);
  return { MetricDataResults: results, Messages: [] };
}

function resultOf({ Id, Label, MetricStat }: MetricDataQuery, metrics: MetricStore, request: GetMetricData) {
  const { Metric, Period, Stat, Unit } = MetricStat;
  const dimensions = Object.fromEntries((Metric.Dimensions ?? []).map(({ Name, Value }) => [Name, Value]));
  const points = metrics
    .points(Metric.Namespace, Metric.MetricName, dimensions)
    .filter(({ unit }) => Unit === undefined || unit === Unit);
  const values = [...periodsOf(points, Period, request)].map(
    ([startS, inPeriod]) => [startS, statisticOf(inPeriod, Stat)] as const,
  );
  const ascending = request.ScanBy === 'TimestampAscending' ? 1 : -1;
  values.sort(([one], [other]) => (one - other) * ascending);
  return {
    Id,
    Label: Label ?? Metric.MetricName,
    Timestamps: values.map(([startS]) => startS),
    Values: values.map(([, value]) => value),
    StatusCode: 'Complete',
  };
}

/**
 * The points of each period, by its start. Periods are counted from the start time, rounded down to the minute, as in
 * the examples of GetMetricStatistics in the AWS CLI reference. For GetMetricData nothing is documented, so a caller
 * whose start is not a multiple of its period should not rely on this.
 */
function periodsOf(
  points: readonly MetricPoint[],
  periodS: number,
  { StartTime, EndTime }: GetMetricData,
): Map<number, MetricPoint[]> {
  const firstS = Math.floor(StartTime / MINUTE_S) * MINUTE_S;
  const periods = new Map<number, MetricPoint[]>();
  for (const point of points) {
    const timestampS = point.timestampMs / 1000;
    if (timestampS < firstS || timestampS >= EndTime) continue;
    const startS = firstS + Math.floor((timestampS - firstS) / periodS) * periodS;
    periods.set(startS, [...(periods.get(startS) ?? []), point]);
  }
  return periods;
}

function statisticOf(points: readonly MetricPoint[], statistic: Statistic): number {
  const total = (of: (point: MetricPoint) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0);
  switch (statistic) {
    case 'Sum':
      return total(({ sum }) => sum);
    case 'SampleCount':
      return total(({ sampleCount }) => sampleCount);
    case 'Average':
      return total(({ sum }) => sum) / total(({ sampleCount }) => sampleCount);
    case 'Minimum':
      return Math.min(...points.map(({ minimum }) => minimum));
    case 'Maximum':
      return Math.max(...points.map(({ maximum }) => maximum));
  }
}

function invalid(message: string): AwsError {
  return new AwsError(400, 'ValidationException', message);
}
