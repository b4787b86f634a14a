import { StandardUnit } from '@aws-sdk/client-cloudwatch';
import { parameterReader } from '../wire/aws-json';
import { closedObject } from '../wire/aws-parameters';

export interface PutMetricData {
  readonly Namespace: string;
  readonly MetricData: readonly MetricDatum[];
}

/** One datum as the SDK writes it; `Timestamp` in seconds since 1970, possibly with a fraction. */
export interface MetricDatum {
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
export const readPutMetricData = parameterReader<PutMetricData>(
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
