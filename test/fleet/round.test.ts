import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { AUDIT_FEED } from '../../lambdas/contract/feed/audit';
import { handler } from '../../lambdas/fleet/handler';
import { playRound } from '../../lambdas/fleet/round';
import { LocalAws } from '../../lib/local/aws/local-aws';
import type { AwsCall } from '../../lib/local/aws/wire/aws-call';
import { LOCAL_CHECKPOINT_TABLE, LOCAL_TOPIC_ARN, LocalDeployment } from '../../lib/local/local-deployment';
import { clientSettings } from '../collector/adapters/client-settings';
import { fleetSource, putSources, putStatus } from './fleet-table';

/** 2026-11-18T12:00:00Z */
const NOON_MS = 1_795_003_200_000;
const MINUTE_MS = 60_000;
const HEALTHY = { succeededAtMs: NOON_MS - MINUTE_MS, quietSinceMs: NOON_MS - MINUTE_MS };

let aws: LocalAws;
let client: DynamoDBClient;
let nowMs: number;
let operations: string[];

beforeEach(async () => {
  nowMs = NOON_MS;
  aws = await LocalAws.start({ nowMs: () => nowMs });
  await LocalDeployment.create(aws);
  aws.topics.put(LOCAL_TOPIC_ARN);
  client = new DynamoDBClient(clientSettings(aws));
});
afterEach(async () => {
  client.destroy();
  await aws.stop();
});

/** @param isRefused calls that AWS refuses */
async function play(
  isRefused: (call: AwsCall) => boolean = () => false,
  deploymentName = 'NetskopeAudit',
): Promise<void> {
  operations = [];
  aws.hooks = {
    before: (call) => {
      operations.push(call.operation);
      if (!isRefused(call)) return undefined;
      return { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'no' };
    },
  };
  const settings = {
    deploymentName,
    checkpointTable: LOCAL_CHECKPOINT_TABLE,
    alarmTopicArn: LOCAL_TOPIC_ARN,
  };
  const access = clientSettings(aws);
  await playRound(settings, { feed: AUDIT_FEED, aws: access, nowMs: () => nowMs }).finally(() => {
    aws.hooks = {};
  });
}

/** Number of sources that a kind of alarm is about, as sent. */
function counts(kind: string, more: Readonly<Record<string, string>> = {}): number[] {
  return aws.metrics
    .points('NetskopeAudit', 'SourcesAffected', { Alarm: kind, ...more })
    .map(({ sum }) => sum);
}

const started = (): string[] =>
  aws.bus.map(({ Detail }) => (JSON.parse(Detail) as { sourceId: string }).sourceId);
const messages = (): string[] => aws.topics.published(LOCAL_TOPIC_ARN).map(({ message }) => message);

test('a round starts every source of the table, and counts those that each kind of alarm is about, also none', async () => {
  await putSources(
    client,
    ['corp', 'emea', 'apac'].map((sourceId) => fleetSource({ sourceId })),
  );
  await putStatus(client, 'corp', HEALTHY);
  await putStatus(client, 'emea', { ...HEALTHY, succeededAtMs: NOON_MS - 33 * MINUTE_MS });
  await putStatus(client, 'apac', { ...HEALTHY, tokenEndsOn: '2026-12-18' });
  await play();
  expect(started()).toEqual(['corp', 'emea', 'apac']);
  expect(
    [
      'no-data',
      'not-running',
      'credentials-refused',
      'behind',
      'quarantined',
      'events-recovered',
      'token-expiring',
    ].map((kind) => [kind, ...counts(kind)]),
  ).toEqual([
    ['no-data', 0],
    ['not-running', 1],
    ['credentials-refused', 0],
    ['behind', 0],
    ['quarantined', 0],
    ['events-recovered', 0],
    ['token-expiring', 1],
  ]);
});

test('the metrics of a deployment with another name carry it', async () => {
  await play(undefined, 'NetskopeTest');
  expect(counts('behind', { Deployment: 'NetskopeTest' })).toEqual([0]);
  expect(counts('behind')).toEqual([]);
});

test('a message comes once, and again when another source is affected or none is any more', async () => {
  await putSources(
    client,
    ['corp', 'emea'].map((sourceId) => fleetSource({ sourceId })),
  );
  await putStatus(client, 'emea', HEALTHY);
  await putStatus(client, 'corp', { ...HEALTHY, quarantinedAtMs: NOON_MS });
  await play();
  await play();
  expect(messages()).toHaveLength(1);
  expect(messages()[0]).toContain('ALARM: quarantined, 1 more, 1 in all.');
  expect(messages()[0]).toContain('More: corp');
  await putStatus(client, 'emea', { ...HEALTHY, quarantinedAtMs: NOON_MS + MINUTE_MS });
  nowMs += 6 * MINUTE_MS;
  await play();
  expect(messages()).toHaveLength(2);
  expect(messages()[1]).toContain('More: emea\nTold before: corp');
  nowMs += 60 * MINUTE_MS;
  const healthy = { succeededAtMs: nowMs, quietSinceMs: nowMs };
  await putStatus(client, 'corp', healthy);
  await putStatus(client, 'emea', healthy);
  await play();
  expect(messages()).toHaveLength(3);
  expect(messages()[2]).toBe('OK: quarantined is about no source any more.');
});

test('a retired source is neither started nor told of', async () => {
  await putSources(client, []);
  await putStatus(client, 'corp', { quarantinedAtMs: NOON_MS });
  await play();
  expect(started()).toEqual([]);
  expect(messages()).toEqual([]);
});

test('before the first source is added, a round is quiet', async () => {
  await play();
  expect(started()).toEqual([]);
  expect(counts('not-running')).toEqual([0]);
});

test('a thousand sources are started with ten events a call and read with a hundred items a call', async () => {
  const ids = Array.from({ length: 1000 }, (_, place) => `tenant-${place + 1}`);
  await putSources(
    client,
    ids.map((sourceId) => fleetSource({ sourceId, addedAtMs: NOON_MS })),
  );
  await play();
  expect(started()).toEqual(ids);
  const callsOf = (name: string): number => operations.filter((operation) => operation === name).length;
  // Those of the statuses, that of the list and that of what was told.
  expect([callsOf('PutEvents'), callsOf('BatchGetItem'), callsOf('PutMetricData')]).toEqual([100, 12, 1]);
});

describe('what fails', () => {
  beforeEach(async () => {
    await putSources(client, [fleetSource({ addedAtMs: NOON_MS - 33 * MINUTE_MS })]);
  });

  const NAMES_THE_CALL = { name: 'AccessDeniedException' };

  test('a round whose events are refused watches nevertheless, and fails', async () => {
    await expect(play(({ operation }) => operation === 'PutEvents')).rejects.toMatchObject(NAMES_THE_CALL);
    expect(messages()).toHaveLength(1);
  });

  test.each(['PutMetricData', 'Publish'])(
    'a round whose %s is refused starts the sources, and fails',
    async (name) => {
      await expect(play(({ operation }) => operation === name)).rejects.toMatchObject({
        message: expect.stringContaining('no') as string,
      });
      expect(started()).toEqual(['corp']);
    },
  );

  test('a message whose publication is refused comes with a later round', async () => {
    await expect(play(({ operation }) => operation === 'Publish')).rejects.toThrow();
    await play();
    expect(messages()).toHaveLength(1);
  });

  test('a message that could not be remembered comes twice, and none is lost', async () => {
    await expect(play(({ operation }) => operation === 'PutItem')).rejects.toMatchObject(NAMES_THE_CALL);
    await play();
    expect(messages()).toHaveLength(2);
  });
});

test('a wrongly configured function fails with every problem at once', async () => {
  const before = { ...process.env };
  process.env = { DEPLOYMENT_NAME: 'NetskopeAudit' };
  await expect(handler()).rejects.toMatchObject({
    name: 'ConfigError',
    message: [
      'environment variable CHECKPOINT_TABLE is not set; expected a table name',
      'environment variable ALARM_TOPIC_ARN is not set; expected the ARN of a topic',
    ].join('\n'),
  });
  process.env = before;
});
