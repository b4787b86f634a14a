import {
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  type MetricDataQuery,
  type MetricStat,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { LocalAws } from '../../../../lib/local/aws/local-aws';
import { AwsClients } from '../aws-clients';

const Namespace = 'NetskopeAudit';
const Dimensions = [{ Name: 'SourceId', Value: 'netskope' }];
const Metric = { Namespace, MetricName: 'EventsArchived', Dimensions };
const at = (time: string) => new Date(`2026-11-22T${time}Z`);
let aws: LocalAws;
let clients: AwsClients;

beforeAll(async () => {
  aws = await LocalAws.start({ nowMs: () => at('12:00:00').getTime() });
  clients = new AwsClients(aws);
  const datum = { MetricName: 'EventsArchived', Dimensions, Unit: 'Count' as const };
  const values = [
    { Timestamp: at('10:59:59'), Value: 1000 },
    { Timestamp: at('11:00:00'), Value: 7 },
    { Timestamp: at('11:04:30'), Value: 3 },
    { Timestamp: at('11:10:00'), StatisticValues: { SampleCount: 4, Sum: 40, Minimum: 1, Maximum: 25 } },
    { Timestamp: at('11:14:59'), Value: 5 },
    { Timestamp: at('11:15:00'), Value: 2000 },
  ];
  const MetricData = values.map((value) => ({ ...datum, ...value }));
  await clients.cloudWatch.send(new PutMetricDataCommand({ Namespace, MetricData }));
});

afterAll(async () => {
  clients.destroy();
  await aws.stop();
});

/** The results for 11:00 to 11:15 by default. */
async function get(queries: MetricDataQuery[], options: Partial<GetMetricDataCommandInput> = {}) {
  const { MetricDataResults = [] } = await clients.cloudWatch.send(
    new GetMetricDataCommand({
      MetricDataQueries: queries,
      StartTime: at('11:00:00'),
      EndTime: at('11:15:00'),
      ...options,
    }),
  );
  return MetricDataResults;
}

const query = (stat: Partial<MetricStat> = {}, Id = 'm1'): MetricDataQuery => ({
  Id,
  MetricStat: { Metric, Period: 300, Stat: 'Sum', ...stat },
});

test('sums the points of each period, the start included and the end not, newest first', async () => {
  expect(await get([query()])).toEqual([
    {
      Id: 'm1',
      Label: 'EventsArchived',
      StatusCode: 'Complete',
      Timestamps: [at('11:10:00'), at('11:00:00')],
      Values: [45, 10],
    },
  ]);
});

test('returns the oldest first on request', async () => {
  expect(await get([query()], { ScanBy: 'TimestampAscending' })).toMatchObject([
    { Timestamps: [at('11:00:00'), at('11:10:00')], Values: [10, 45] },
  ]);
});

test.each([
  ['Sum', 45],
  ['SampleCount', 5],
  ['Average', 9],
  ['Minimum', 1],
  ['Maximum', 25],
])('knows the statistic %s of values and of sets of values', async (Stat, value) => {
  const [result] = await get([query({ Stat })]);

  expect(result?.Values?.[0]).toBe(value);
});

test('rounds the start down to the minute', async () => {
  const [result] = await get([query({ Period: 60 })], {
    StartTime: at('11:04:59'),
    EndTime: at('11:05:00'),
  });

  expect(result).toMatchObject({ Timestamps: [at('11:04:00')], Values: [3] });
});

test('answers each query for itself, in order, under its label', async () => {
  const results = await get([
    { ...query({ Stat: 'Maximum' }, 'largest'), Label: 'largest page' },
    query({ Metric: { ...Metric, Dimensions: [] } }, 'unknown'),
    query({ Unit: 'Seconds' }, 'seconds'),
    query({ Unit: 'Count' }, 'count'),
  ]);

  expect(results.map(({ Id, Label, Values }) => [Id, Label, Values])).toEqual([
    ['largest', 'largest page', [25, 7]],
    ['unknown', 'EventsArchived', []],
    ['seconds', 'EventsArchived', []],
    ['count', 'EventsArchived', [45, 10]],
  ]);
});

test.each<[string, MetricDataQuery[], Partial<GetMetricDataCommandInput>]>([
  ['a start that is not before the end', [query()], { StartTime: at('11:15:00') }],
  ['an id twice', [query(), query()], {}],
  ['an id with a capital first', [query({}, 'M1')], {}],
  ['a period that is no whole minute', [query({ Period: 90 })], {}],
  ['a percentile', [query({ Stat: 'p99' })], {}],
  ['no query', [], {}],
])('answers ValidationException to %s', async (_, queries, options) => {
  await expect(get(queries, options)).rejects.toMatchObject({ name: 'ValidationException' });
});

test.each<[string, MetricDataQuery[], Partial<GetMetricDataCommandInput>]>([
  ['an expression', [{ Id: 'e1', Expression: 'm1 * 2' }], {}],
  ['another account', [{ ...query(), AccountId: '111122223333' }], {}],
  ['a number of datapoints', [query()], { MaxDatapoints: 1 }],
])('refuses %s, which it does not support', async (_, queries, options) => {
  await expect(get(queries, options)).rejects.toMatchObject({ name: 'NotImplemented' });
});
