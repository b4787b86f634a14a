import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { TableStatus } from '../../../lambdas/collector/adapters/table-status';
import type { Announcement } from '../../../lambdas/collector/core/ports';
import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import { readStatuses } from '../../../lambdas/shared/fleet-sources';
import { LocalAws } from '../../../lib/local/aws/local-aws';
import { LOCAL_CHECKPOINT_TABLE, LocalDeployment } from '../../../lib/local/local-deployment';
import { TestClock } from '../../test-clock';
import { clientSettings } from './client-settings';

/** 2026-11-18T12:00:00Z */
const NOON_MS = 1_795_003_200_000;
const ZERO = { archived: 0, quarantined: 0, drifted: 0 };

let aws: LocalAws;
let client: DynamoDBClient;
let clock: TestClock;
let calls: string[];

beforeEach(async () => {
  aws = await LocalAws.start({ nowMs: () => NOON_MS });
  await LocalDeployment.create(aws);
  client = new DynamoDBClient(clientSettings(aws));
  clock = new TestClock(NOON_MS);
  calls = [];
  aws.hooks = { before: ({ operation }) => void calls.push(operation) };
});
afterEach(async () => {
  client.destroy();
  await aws.stop();
});

/** Announces one after the other, a minute apart, the first at noon. @returns the status that is stored */
async function announced(...announcements: Announcement[]): Promise<unknown> {
  const status = new TableStatus(client, { table: LOCAL_CHECKPOINT_TABLE, feed: AUDIT_FEED, clock });
  for (const announcement of announcements) {
    await status.send('emea', announcement);
    clock.pass(60_000);
  }
  const statuses = await readStatuses(client, LOCAL_CHECKPOINT_TABLE, {
    feed: AUDIT_FEED,
    sourceIds: ['emea', 'corp'],
  });
  expect(statuses.has('corp')).toBe(false);
  return statuses.get('emea');
}

describe('what the runs of a source in a fleet report', () => {
  test.each<[string, Announcement, object | undefined]>([
    [
      'a run with events',
      { counts: { ...ZERO, archived: 7 }, lagS: 30, runSucceeded: true },
      { reportedAtMs: NOON_MS, quietSinceMs: NOON_MS, succeededAtMs: NOON_MS },
    ],
    [
      'a run that found no credentials',
      { runSucceeded: true, credentialsRefused: false },
      { succeededAtMs: NOON_MS },
    ],
    ['a secret that cannot be used', { credentialsRefused: true }, { refusedAtMs: NOON_MS }],
    [
      'a failed run that is late',
      { counts: { quarantined: 0, drifted: 0 }, credentialsRefused: false, lagS: 3_601 },
      { reportedAtMs: NOON_MS, quietSinceMs: NOON_MS, lateSinceMs: NOON_MS },
    ],
    [
      'events in quarantine',
      { counts: { ...ZERO, quarantined: 2 }, runSucceeded: true },
      {
        reportedAtMs: NOON_MS,
        quietSinceMs: NOON_MS,
        succeededAtMs: NOON_MS,
        quarantinedAtMs: NOON_MS,
      },
    ],
    ['events that the recheck recovered', { recovered: 3 }, { recoveredAtMs: NOON_MS }],
    ['the last day of a token', { tokenDaysLeft: 30 }, { tokenEndsOn: '2026-12-18' }],
    ['a lag of an hour, which is in time', { lagS: 3_600 }, {}],
  ])('%s', async (_what, announcement, status) => {
    expect(await announced(announcement)).toEqual(status);
    expect(calls).toEqual(['UpdateItem', 'BatchGetItem']);
  });

  test('what a walk through the past found out is no news of the live feed, and makes no call', async () => {
    expect(await announced({ counts: { editions: 4, conflicting: 1 } })).toBeUndefined();
    expect(calls).toEqual(['BatchGetItem']);
  });

  test('silence begins with the first run that had credentials, and anew with each event', async () => {
    const quiet = { counts: ZERO, runSucceeded: true };
    expect(await announced(quiet, quiet)).toMatchObject({
      quietSinceMs: NOON_MS,
      reportedAtMs: NOON_MS + 60_000,
    });
    expect(await announced({ ...quiet, counts: { ...ZERO, archived: 1 } }, quiet)).toMatchObject({
      quietSinceMs: NOON_MS + 120_000,
    });
  });

  test('lateness begins with the first late run, and ends with the first in time', async () => {
    expect(await announced({ lagS: 4_000 }, { lagS: 5_000 })).toEqual({ lateSinceMs: NOON_MS });
    expect(await announced({ lagS: 10 })).toEqual({});
  });

  test('a refused write fails the run, as refused metrics do', async () => {
    aws.hooks = {
      before: () => ({ kind: 'error', status: 400, code: 'AccessDeniedException', message: 'no' }),
    };
    await expect(announced({ runSucceeded: true })).rejects.toMatchObject({
      name: 'MetricsError',
      message: `table ${LOCAL_CHECKPOINT_TABLE} refused the status of source emea`,
    });
  });
});
