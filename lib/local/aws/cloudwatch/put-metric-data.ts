import { gunzipSync } from 'node:zlib';
import { StandardUnit } from '@aws-sdk/client-cloudwatch';
import type { AwsCall } from '../wire/aws-call';
import { AwsError, notImplemented } from '../wire/aws-call';
import { closedObject, parameterReader } from '../wire/protocols';
import type { MetricPoint, MetricStore } from './metric-store';

/** How far a timestamp may be from now (Amazon CloudWatch API reference, MetricDatum). */
const MAX_PAST_MS = 14 * 24 * 60 * 60 * 1000;
const MAX_FUTURE_MS = 2 * 60 * 60 * 1000;
/** Largest request (Amazon CloudWatch API reference, PutMetricData). */
const MAX_REQUEST_BYTES = 1024 * 1024;

/** Answers PutMetricData: stores every datum of a request, or none. @throws AwsError */
export function putMetricData(metrics: MetricStore, call: AwsCall, arrivedAtMs: number): object {
  const { Namespace, MetricData } = readPutMetricData(uncompressed(call));
  metrics.add(MetricData.map((datum) => pointOf(datum, Namespace, arrivedAtMs)));
  return {};
}

/** The SDK compresses larger PutMetricData requests (Smithy specification, "requestCompression trait"). */
function uncompressed({ headers, body }: AwsCall): Buffer {
  if (body.length > MAX_REQUEST_BYTES) {
    throw new AwsError(
      413,
      'RequestEntityTooLarge',
      `Received ${body.length} bytes, expected at most ${MAX_REQUEST_BYTES}.`,
    );
  }
  const encoding = headers['content-encoding'];
  if (encoding === undefined) return body;
  if (encoding !== 'gzip') throw notImplemented(`Content-Encoding: ${encoding}`);
  try {
    return gunzipSync(body);
  } catch (cause) {
    throw new AwsError(400, 'SerializationException', 'The body is not the gzip it says it is.', { cause });
  }
}

function pointOf(datum: MetricDatum, namespace: string, arrivedAtMs: number): MetricPoint {
  const timestampMs = datum.Timestamp === undefined ? arrivedAtMs : datum.Timestamp * 1000;
  if (timestampMs < arrivedAtMs - MAX_PAST_MS || timestampMs > arrivedAtMs + MAX_FUTURE_MS) {
    throw invalidValue(
      datum,
      `the timestamp ${datum.Timestamp} is not within two weeks past and two hours ahead`,
    );
  }
  return {
    namespace,
    metricName: datum.MetricName,
    dimensions: dimensionsOf(datum),
    timestampMs,
    arrivedAtMs,
    ...statisticsOf(datum),
    unit: datum.Unit ?? 'None',
    storageResolutionS: datum.StorageResolution ?? 60,
  };
}

function dimensionsOf(datum: MetricDatum): Record<string, string> {
  const dimensions = datum.Dimensions ?? [];
  const byName = Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value]));
  if (Object.keys(byName).length !== dimensions.length)
    throw invalidValue(datum, 'a dimension name is repeated');
  return byName;
}

type Statistics = Pick<MetricPoint, 'sampleCount' | 'sum' | 'minimum' | 'maximum'>;

function statisticsOf(datum: MetricDatum): Statistics {
  const { Value, StatisticValues, Values, Counts } = datum;
  const given = [Value, StatisticValues, Values].filter((form) => form !== undefined).length;
  if (given !== 1 || (Counts !== undefined && Counts.length !== Values?.length)) {
    throw new AwsError(
      400,
      given === 0 ? 'MissingRequiredParameterException' : 'InvalidParameterCombinationException',
      `The metric ${datum.MetricName} has ${given} of Value, StatisticValues and Values, expected one; Counts go with as many Values.`,
    );
  }
  if (StatisticValues !== undefined) {
    const { SampleCount, Sum, Minimum, Maximum } = StatisticValues;
    return { sampleCount: SampleCount, sum: Sum, minimum: Minimum, maximum: Maximum };
  }
  return aggregate(Values ?? [Value ?? 0], Counts ?? []);
}

function aggregate(values: readonly number[], counts: readonly number[]): Statistics {
  const countAt = (index: number) => counts[index] ?? 1;
  return {
    sampleCount: values.reduce((total, _, index) => total + countAt(index), 0),
    sum: values.reduce((total, value, index) => total + value * countAt(index), 0),
    minimum: Math.min(...values),
    maximum: Math.max(...values),
  };
}

function invalidValue({ MetricName }: MetricDatum, reason: string): AwsError {
  return new AwsError(400, 'InvalidParameterValueException', `The metric ${MetricName}: ${reason}.`);
}

interface PutMetricData {
  readonly Namespace: string;
  readonly MetricData: readonly MetricDatum[];
}

/** One datum as the SDK writes it; `Timestamp` in seconds since 1970, possibly with a fraction. */
interface MetricDatum {
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
  readonly Timestamp?: number;
  readonly Value?: number;
  readonly StatisticValues?: {
    readonly SampleCount: number;
    readonly Sum: number;
    readonly Minimum: number;
    readonly Maximum: number;
  };
  readonly Values?: readonly number[];
  readonly Counts?: readonly number[];
  readonly Unit?: string;
  readonly StorageResolution?: 1 | 60;
}

/** Limits: Amazon CloudWatch API reference, PutMetricData, MetricDatum, Dimension and StatisticSet. */
const MAX_DATUMS = 1000;
const MAX_DIMENSIONS = 30;
const MAX_VALUES = 150;
const VALUE_BOUND = 2 ** 360;

const value = { type: 'number', minimum: -VALUE_BOUND, maximum: VALUE_BOUND };

export const dimension = closedObject(
  {
    Name: { type: 'string', pattern: '^[\\x20-\\x39\\x3b-\\x7e][\\x20-\\x7e]{0,254}$' },
    Value: { type: 'string', pattern: '^[\\x20-\\x7e]{1,1024}$' },
  },
  ['Name', 'Value'],
);

const datum = {
  type: 'object',
  additionalProperties: false,
  required: ['MetricName'],
  properties: {
    MetricName: { type: 'string', minLength: 1, maxLength: 255 },
    Dimensions: { type: 'array', maxItems: MAX_DIMENSIONS, items: dimension },
    Timestamp: { type: 'number' },
    Value: value,
    StatisticValues: {
      type: 'object',
      additionalProperties: false,
      required: ['SampleCount', 'Sum', 'Minimum', 'Maximum'],
      properties: { SampleCount: value, Sum: value, Minimum: value, Maximum: value },
    },
    Values: { type: 'array', minItems: 1, maxItems: MAX_VALUES, items: value },
    Counts: { type: 'array', minItems: 1, maxItems: MAX_VALUES, items: value },
    Unit: { enum: Object.values(StandardUnit) },
    StorageResolution: { enum: [1, 60] },
  },
};

/** Validates the body of PutMetricData, except for rules that span several data. */
const readPutMetricData = parameterReader<PutMetricData>(
  {
    type: 'object',
    additionalProperties: false,
    required: ['Namespace', 'MetricData'],
    properties: {
      Namespace: { type: 'string', pattern: '^[^:]{1,255}$', not: { pattern: '^AWS/' } },
      MetricData: { type: 'array', minItems: 1, maxItems: MAX_DATUMS, items: datum },
    },
  },
  { missing: 'MissingRequiredParameterException', invalid: 'InvalidParameterValueException' },
);
