import { ListMetricsCommand, type MetricDatum, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { LocalAws } from '../../../../lib/local/aws/local-aws';
import { AwsClients, sendRaw } from '../aws-clients';

const Namespace = 'NetskopeAudit';
const NOW_MS = Date.UTC(2026, 10, 22, 12, 0, 0);
const Dimensions = [{ Name: 'SourceId', Value: 'netskope' }];
let aws: LocalAws;
let clients: AwsClients;

beforeEach(async () => {
  aws = await LocalAws.start({ nowMs: () => NOW_MS });
  clients = new AwsClients(aws);
});

afterEach(async () => {
  clients.destroy();
  await aws.stop();
});

const put = (MetricData: MetricDatum[], namespace = Namespace) =>
  clients.cloudWatch.send(new PutMetricDataCommand({ Namespace: namespace, MetricData }));

test('keeps a point with the time it was made and the time it arrived', async () => {
  await put([
    {
      MetricName: 'EventsArchived',
      Dimensions,
      Value: 0,
      Unit: 'Count',
      Timestamp: new Date('2026-11-22T11:55:00.500Z'),
    },
  ]);

  expect(aws.metrics.points(Namespace, 'EventsArchived', { SourceId: 'netskope' })).toEqual([
    {
      namespace: 'NetskopeAudit',
      metricName: 'EventsArchived',
      dimensions: { SourceId: 'netskope' },
      timestampMs: Date.UTC(2026, 10, 22, 11, 55, 0, 500),
      arrivedAtMs: NOW_MS,
      sampleCount: 1,
      sum: 0,
      minimum: 0,
      maximum: 0,
      unit: 'Count',
      storageResolutionS: 60,
    },
  ]);
});

test('accepts statistics, and values with their counts', async () => {
  await put([
    { MetricName: 'LagSeconds', StatisticValues: { SampleCount: 3, Sum: 9, Minimum: 1, Maximum: 5 } },
    { MetricName: 'LagSeconds', Values: [2, 4], Counts: [3, 1] },
  ]);

  expect(aws.metrics.points(Namespace, 'LagSeconds', {})).toMatchObject([
    { sampleCount: 3, sum: 9, minimum: 1, maximum: 5, timestampMs: NOW_MS, unit: 'None' },
    { sampleCount: 4, sum: 10, minimum: 2, maximum: 4 },
  ]);
});

test('finds a metric by its whole set of dimensions only, as an alarm does', async () => {
  await put([{ MetricName: 'LagSeconds', Dimensions, Value: 1 }]);

  expect(aws.metrics.points(Namespace, 'LagSeconds', {})).toEqual([]);
  expect(aws.metrics.points(Namespace, 'LagSeconds', { SourceId: 'netskope', Stage: 'x' })).toEqual([]);
});

test('accepts a request large enough for the SDK to compress it', async () => {
  await put(
    Array.from({ length: 1000 }, (_, index) => ({ MetricName: `Metric${index}`, Dimensions, Value: index })),
  );

  expect(aws.metrics.points(Namespace, 'Metric999', { SourceId: 'netskope' })).toMatchObject([{ sum: 999 }]);
});

const valid: MetricDatum = { MetricName: 'LagSeconds', Value: 1 };
const hours = (count: number) => new Date(NOW_MS + count * 3_600_000);

test.each<[string, string, MetricDatum[]]>([
  ['InvalidParameterValueException', 'more than 1000 datums', Array.from({ length: 1001 }, () => valid)],
  [
    'InvalidParameterValueException',
    'more than 30 dimensions',
    [{ ...valid, Dimensions: Array.from({ length: 31 }, (_, index) => ({ Name: `d${index}`, Value: 'x' })) }],
  ],
  [
    'InvalidParameterValueException',
    'a dimension twice',
    [{ ...valid, Dimensions: [...Dimensions, ...Dimensions] }],
  ],
  [
    'InvalidParameterValueException',
    'an empty dimension',
    [{ ...valid, Dimensions: [{ Name: 'a', Value: '' }] }],
  ],
  ['InvalidParameterValueException', 'a value that is not a number', [{ ...valid, Value: Number.NaN }]],
  ['InvalidParameterValueException', 'an infinite value', [{ ...valid, Value: Number.POSITIVE_INFINITY }]],
  ['InvalidParameterValueException', 'a value beyond 2^360', [{ ...valid, Value: 1e109 }]],
  ['InvalidParameterValueException', 'an unknown unit', [{ ...valid, Unit: 'Events' as 'Count' }]],
  ['InvalidParameterValueException', 'an odd resolution', [{ ...valid, StorageResolution: 30 }]],
  [
    'InvalidParameterValueException',
    'a timestamp over two weeks old',
    [{ ...valid, Timestamp: hours(-337) }],
  ],
  [
    'InvalidParameterValueException',
    'a timestamp over two hours ahead',
    [{ ...valid, Timestamp: hours(2.1) }],
  ],
  [
    'InvalidParameterCombinationException',
    'a value and statistics',
    [{ ...valid, StatisticValues: { SampleCount: 1, Sum: 1, Minimum: 1, Maximum: 1 } }],
  ],
  [
    'InvalidParameterCombinationException',
    'counts unlike values',
    [{ MetricName: 'a', Values: [1, 2], Counts: [1] }],
  ],
  ['MissingRequiredParameterException', 'no value at all', [{ MetricName: 'a' }]],
])('answers %s to %s, and stores no datum of the request', async (name, _, data) => {
  await expect(put([valid, ...data].slice(-1001))).rejects.toMatchObject({ name });
  expect(aws.metrics.all()).toEqual([]);
});

test('accepts the oldest and the newest timestamp that CloudWatch accepts', async () => {
  await put([
    { ...valid, Timestamp: hours(-336) },
    { ...valid, Timestamp: hours(2) },
  ]);

  expect(aws.metrics.all()).toHaveLength(2);
});

test('refuses a request above 1 MB', async () => {
  const { status } = await sendRaw(aws, {
    service: 'monitoring',
    method: 'POST',
    path: '/',
    headers: { 'x-amz-target': 'GraniteServiceVersion20100801.PutMetricData' },
    body: JSON.stringify({ Namespace, MetricData: [{ MetricName: 'a', Value: 1 }] }).padEnd(1_048_577),
  });

  expect(status).toBe(413);
  expect(aws.metrics.all()).toEqual([]);
});

test('returns the code of the Query protocol as well, which older programs read', async () => {
  await expect(put([{ MetricName: 'a' }])).rejects.toMatchObject({
    name: 'MissingRequiredParameterException',
    Code: 'MissingParameter',
  });
});

test.each(['AWS/Lambda', '', 'a:b'])('refuses the namespace %j', async (namespace) => {
  await expect(put([valid], namespace)).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
});

test('refuses operations and parameters it does not have', async () => {
  await expect(clients.cloudWatch.send(new ListMetricsCommand({ Namespace }))).rejects.toMatchObject({
    name: 'UnknownOperationException',
  });
  await expect(
    clients.cloudWatch.send(
      new PutMetricDataCommand({ Namespace, MetricData: [valid], StrictEntityValidation: true }),
    ),
  ).rejects.toMatchObject({ name: 'NotImplemented' });
});
