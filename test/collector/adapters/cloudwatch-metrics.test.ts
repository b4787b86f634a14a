import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchMetricSink } from '../../../lambdas/collector/adapters/cloudwatch-metrics';
import type { Announcement } from '../../../lambdas/collector/core/ports';
import { LocalAws } from '../../../lib/local/aws/local-aws';
import { TestClock } from '../../test-clock';
import { clientSettings } from './client-settings';

/** 2026-11-18T12:00:00Z */
const NOON_MS = 1_795_003_200_000;

let aws: LocalAws;
let client: CloudWatchClient;
beforeEach(async () => {
  aws = await LocalAws.start({ nowMs: () => NOON_MS + 5_000 });
  client = new CloudWatchClient(clientSettings(aws));
});
afterEach(async () => {
  client.destroy();
  await aws.stop();
});

function send(announcement: Announcement): Promise<void> {
  return new CloudWatchMetricSink(client, new TestClock(NOON_MS)).send('emea', announcement);
}

describe('each announcement becomes exactly the metrics that say it', () => {
  test.each<[string, Announcement, string[]]>([
    [
      'a run with events',
      { counts: { archived: 7, quarantined: 0, drifted: 0 }, lagS: 30, runSucceeded: true },
      ['EventsArchived 7 Count', 'LagSeconds 30 Seconds'],
    ],
    [
      'a run without any, told as zeros',
      { counts: { archived: 0, quarantined: 0, drifted: 0 }, lagS: 0, runSucceeded: true },
      ['EventsArchived 0 Count', 'LagSeconds 0 Seconds'],
    ],
    [
      'quarantine and drift, when there were any',
      { counts: { archived: 7, quarantined: 2, drifted: 3 } },
      ['EventsArchived 7 Count', 'EventsQuarantined 2 Count', 'EventsDrifted 3 Count'],
    ],
    [
      'editions and conflicts, when there were any',
      { counts: { archived: 7, quarantined: 0, drifted: 0, editions: 4, conflicting: 1 } },
      ['EventsArchived 7 Count', 'EventEditions 4 Count', 'EventsConflicting 1 Count'],
    ],
    ['what a walk through the past found out', { counts: { editions: 4 } }, ['EventEditions 4 Count']],
    [
      'a failed run',
      { counts: { quarantined: 2, drifted: 0 }, lagS: 900, credentialsRefused: false },
      ['EventsQuarantined 2 Count', 'LagSeconds 900 Seconds', 'CredentialsRefused 0 Count'],
    ],
    [
      'refused credentials',
      { lagS: 900, credentialsRefused: true },
      ['LagSeconds 900 Seconds', 'CredentialsRefused 1 Count'],
    ],
    ['a token that expires', { tokenDaysLeft: 10 }, ['TokenDaysLeft 10 None']],
    ['a token that has expired', { tokenDaysLeft: -1 }, ['TokenDaysLeft -1 None']],
    [
      'a run that waits for its secret',
      { runSucceeded: true, credentialsRefused: false },
      ['CredentialsRefused 0 Count'],
    ],
  ])('%s', async (_what, announcement, sent) => {
    await send(announcement);
    const points = aws.metrics.all();
    expect(points.map(({ metricName, sum, unit }) => `${metricName} ${sum} ${unit}`)).toEqual(sent);
  });
});

test('a metric has its source as dimension, our namespace, and the time of the run', async () => {
  await send({ lagS: 30 });
  expect(aws.metrics.all()).toMatchObject([
    { namespace: 'NetskopeAudit', dimensions: { SourceId: 'emea' }, timestampMs: 1_795_003_200_000 },
  ]);
});

test('a metric of a deployment with another stack name has that as a second dimension', async () => {
  const sink = new CloudWatchMetricSink(client, new TestClock(NOON_MS), 'NetskopeTest');
  await sink.send('emea', { lagS: 30 });
  expect(aws.metrics.all().map(({ dimensions }) => dimensions)).toEqual([
    { SourceId: 'emea', Deployment: 'NetskopeTest' },
  ]);
});

test('one announcement is one call', async () => {
  const calls: string[] = [];
  aws.hooks = { before: ({ operation }) => void calls.push(operation) };
  await send({
    counts: { archived: 7, quarantined: 2, drifted: 3 },
    lagS: 0,
    tokenDaysLeft: 1,
    runSucceeded: true,
  });
  expect(calls).toEqual(['PutMetricData']);
});

test('a refusal says how many metrics of which source were refused', async () => {
  aws.hooks = { before: () => ({ kind: 'error', status: 403, code: 'AccessDenied', message: 'no' }) };
  await expect(send({ lagS: 0, tokenDaysLeft: 1 })).rejects.toMatchObject({
    name: 'MetricsError',
    message: 'CloudWatch refused 2 metrics of source emea',
  });
});
