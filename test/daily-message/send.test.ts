import { createPublicKey, verify } from 'node:crypto';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { AttributeValue, BatchGetItemCommandOutput } from '@aws-sdk/client-dynamodb';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { DynamoCheckpointStore } from '../../lambdas/collector/adapters/dynamo-checkpoint';
import { newCheckpoint } from '../../lambdas/collector/core/protocol/checkpoint';
import { AUDIT_FEED } from '../../lambdas/contract/feed/audit';
import type { Checkpoint } from '../../lambdas/contract/storage/checkpoint-table';
import { Metric } from '../../lambdas/contract/telemetry/metrics';
import { sendDailyMessage } from '../../lambdas/daily-message/send';
import { stateFromCheckpoints } from '../../lambdas/daily-message/state';
import { putMetricData } from '../../lambdas/shared/metric-data';
import { LocalAws } from '../../lib/local/aws/local-aws';
import {
  LOCAL_BUCKET,
  LOCAL_CHECKPOINT_TABLE,
  LOCAL_TOPIC_ARN,
  LocalDeployment,
} from '../../lib/local/local-deployment';
import { fleetSource, putSources, putStatus } from '../fleet/fleet-table';

/** 2026-11-22 07:00 UTC. */
const SEVEN_MS = 1_795_330_800_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SHA256 = '7a42d3ef0d76c20497bb7b855cc5658610a9942e68868be529260a8d4b99c5b3';

let aws: LocalAws;
let nowMs: number;

beforeEach(async () => {
  nowMs = SEVEN_MS;
  aws = await LocalAws.start({ nowMs: () => nowMs });
  await LocalDeployment.create(aws);
  aws.topics.put(LOCAL_TOPIC_ARN);
});
afterEach(() => aws.stop());

const access = () => ({
  endpoint: aws.url,
  region: 'us-east-1',
  credentials: { accessKeyId: 'TEST', secretAccessKey: 'test' },
});

/** Puts an alarm, in this state since so many hours ago. */
function putAlarm(
  AlarmName: string,
  StateValue: 'ALARM' | 'OK' | 'INSUFFICIENT_DATA',
  hoursAgo: number,
): void {
  nowMs = SEVEN_MS - hoursAgo * HOUR_MS;
  aws.alarms.put({ AlarmName, StateValue });
  nowMs = SEVEN_MS;
}

async function putMetric(
  metric: 'EventsArchived' | 'TokenDaysLeft',
  value: number,
  atMs: number,
  origin: { readonly sourceId: string; readonly deployment?: string } = { sourceId: 'corp' },
): Promise<void> {
  const client = new CloudWatchClient(access());
  await putMetricData(client, origin, { atMs, values: [[Metric[metric], value]] });
  client.destroy();
}

async function putChainHead(
  sourceId: string,
  number: number,
  different: Partial<Checkpoint> = {},
): Promise<void> {
  const client = new DynamoDBClient(access());
  const store = new DynamoCheckpointStore(client, LOCAL_CHECKPOINT_TABLE);
  const begun = newCheckpoint(`${sourceId}#audit`, sourceId, { startEpochS: 1_795_003_200, nowMs: SEVEN_MS });
  const found = (await store.load(`${sourceId}#audit`)) ?? begun;
  await store.save({ ...found, manifest: { number, sha256: SHA256 }, ...different });
  client.destroy();
}

function send(
  sourceIds: readonly string[] | 'fleet' = ['corp'],
  deploymentName = 'NetskopeAudit',
  further: { readonly isVerified?: boolean; readonly signingKey?: string } = {},
): Promise<void> {
  const settings = {
    deploymentName,
    archiveBucket: LOCAL_BUCKET,
    checkpointTable: LOCAL_CHECKPOINT_TABLE,
    alarmTopicArn: LOCAL_TOPIC_ARN,
    isVerified: false,
    ...further,
  };
  return sendDailyMessage(settings, sourceIds, { feed: AUDIT_FEED, aws: access(), nowMs: () => nowMs });
}

/** Sends the message of a deployment with these sources. @returns its lines, the subject first */
async function sent(...message: Parameters<typeof send>): Promise<string[]> {
  await send(...message);
  const [published, ...others] = aws.topics.published(LOCAL_TOPIC_ARN);
  expect(others).toEqual([]);
  return [published?.subject ?? '', ...(published?.message ?? '').split('\n')];
}

describe('the alarms of the daily message', () => {
  it('are those that fire, in all stacks of the deployment and in no other deployment', async () => {
    putAlarm('NetskopeAudit-corp-behind', 'ALARM', 5);
    putAlarm('NetskopeAuditSources2-far-no-data', 'ALARM', 4);
    putAlarm('NetskopeAudit-corp-no-data', 'OK', 3);
    putAlarm('NetskopeAudit-corp-token-expiring', 'INSUFFICIENT_DATA', 3);
    putAlarm('NetskopeAuditTest-corp-behind', 'ALARM', 3);
    putAlarm('NetskopeAuditSourcesX-corp-behind', 'ALARM', 3);
    expect((await sent()).slice(0, 5)).toEqual([
      'NetskopeAudit, daily message: 2 alarms fire',
      'In deployment NetskopeAudit 2 alarms fire.',
      'NetskopeAudit-corp-behind: for 5 hours, since 2026-11-22 02:00 UTC',
      'NetskopeAuditSources2-far-no-data: for 4 hours, since 2026-11-22 03:00 UTC',
      'What to do is in docs/runbook.md.',
    ]);
  });

  it('are all of them, however many answers they take', async () => {
    for (let place = 100; place < 250; place++) putAlarm(`NetskopeAudit-corp-${place}`, 'ALARM', 1);
    expect((await sent())[1]).toBe('In deployment NetskopeAudit 150 alarms fire.');
  });
});

describe('the sources of the daily message', () => {
  const YESTERDAY_MS = Date.parse('2026-11-21');

  it('have the events of the whole day before, UTC, and no others', async () => {
    await putMetric('EventsArchived', 1, YESTERDAY_MS - 1);
    await putMetric('EventsArchived', 10, YESTERDAY_MS);
    await putMetric('EventsArchived', 100, YESTERDAY_MS + DAY_MS - 1);
    await putMetric('EventsArchived', 1000, YESTERDAY_MS + DAY_MS);
    expect((await sent()).at(-1)).toBe('corp: 110 events, head none');
  });

  it('have the head of their hash chain', async () => {
    await putChainHead('corp', 12);
    await putChainHead('emea', 34);
    await putChainHead('gone', 56);
    expect((await sent(['corp', 'emea', 'new'])).slice(-3)).toEqual([
      `corp: not counted, head 12:${SHA256}`,
      `emea: not counted, head 34:${SHA256}`,
      'new: not counted, head none',
    ]);
  });

  it('are read by name in as many calls as they take', async () => {
    const ids = Array.from({ length: 251 }, (_, place) => `tenant-${place}`);
    await putMetric('EventsArchived', 7, YESTERDAY_MS, { sourceId: 'tenant-250' });
    await putChainHead('tenant-250', 9);
    const lines = await sent(ids);
    expect(lines).toHaveLength(257);
    expect(lines.at(-1)).toBe(`tenant-250: 7 events, head 9:${SHA256}`);
  });

  it('have the metrics of their own deployment', async () => {
    await putMetric('EventsArchived', 1, YESTERDAY_MS);
    await putMetric('EventsArchived', 2, YESTERDAY_MS, { sourceId: 'corp', deployment: 'NetskopeTest' });
    expect((await sent(['corp'], 'NetskopeTest')).at(-1)).toBe('corp: 2 events, head none');
  });
});

describe('the tokens of the daily message', () => {
  it('end on the day that the last run told, although it told it some days ago', async () => {
    await putMetric('TokenDaysLeft', 25, SEVEN_MS - 5 * DAY_MS);
    expect((await sent()).slice(3, 5)).toEqual([
      'Tokens that end within 30 days:',
      'corp: 2026-12-12, in 20 days',
    ]);
  });

  it('are the newest ones', async () => {
    await putMetric('TokenDaysLeft', 3, SEVEN_MS - DAY_MS);
    await putMetric('TokenDaysLeft', 2, SEVEN_MS - 2 * HOUR_MS);
    await putMetric('TokenDaysLeft', 364, SEVEN_MS - HOUR_MS);
    expect((await sent())[3]).toBe('No token is known to end within 30 days.');
  });
});

describe('the head of each source and day', () => {
  const KEY = 'heads/netskope_audit/source=corp/2026-11-22.txt';
  const stored = async (): Promise<string> =>
    (await aws.objects.read(LOCAL_BUCKET, KEY)).body.toString('utf8');

  it('is stored in the bucket, as the message has it', async () => {
    await putChainHead('corp', 12);
    await send(['corp', 'new']);
    expect(aws.objects.keys(LOCAL_BUCKET)).toEqual([KEY]);
    expect(await stored()).toBe(`corp: head 12:${SHA256}\n`);
  });

  it('stays as it was stored first, should Lambda try again', async () => {
    await putChainHead('corp', 12);
    await send();
    await putChainHead('corp', 13);
    await send();
    expect(await stored()).toBe(`corp: head 12:${SHA256}\n`);
  });

  it('that could not be stored holds up no message, which says so', async () => {
    await putChainHead('corp', 12);
    aws.hooks = {
      before: ({ operation }) =>
        operation === 'PutObject'
          ? { kind: 'error', status: 403, code: 'AccessDenied', message: 'not yours' }
          : undefined,
    };
    expect((await sent()).slice(-2)).toEqual([
      'A head could not be stored in the bucket: AccessDenied: not yours',
      `corp: not counted, head 12:${SHA256}`,
    ]);
  });
});

describe('a head that is signed', () => {
  const KEY = 'arn:aws:kms:us-east-1:000000000000:key/1';
  const SIGNED = new RegExp(`^corp: not counted, head 12:${SHA256}, signature ([\\w-]{90,100})$`);
  const signed = (): Promise<string[]> => sent(['corp', 'new'], 'NetskopeAudit', { signingKey: KEY });

  beforeEach(() => putChainHead('corp', 12));

  it('has a signature in message and bucket that is checked without AWS', async () => {
    aws.keys.put(KEY);
    const [ofMessage = '', other] = (await signed()).slice(-2);
    const [, signature = ''] = SIGNED.exec(ofMessage) ?? [];
    const text = Buffer.from(`corp: head 12:${SHA256}`);
    const publicKey = createPublicKey(aws.keys.find(KEY));
    expect(verify('sha256', text, publicKey, Buffer.from(signature, 'base64url'))).toBe(true);
    const { body } = await aws.objects.read(LOCAL_BUCKET, 'heads/netskope_audit/source=corp/2026-11-22.txt');
    expect(body.toString()).toBe(`corp: head 12:${SHA256}, signature ${signature}\n`);
    expect(other).toBe('new: not counted, head none');
  });

  it('is told and stored without a signature if KMS refuses, and the message says so', async () => {
    expect((await signed()).slice(-3)).toEqual([
      `A head could not be signed: NotFoundException: Key '${KEY}' does not exist`,
      `corp: not counted, head 12:${SHA256}`,
      'new: not counted, head none',
    ]);
    const { body } = await aws.objects.read(LOCAL_BUCKET, 'heads/netskope_audit/source=corp/2026-11-22.txt');
    expect(body.toString()).toBe(`corp: head 12:${SHA256}\n`);
  });
});

describe('what the verification of a source knows', () => {
  beforeEach(async () => {
    await putChainHead('corp', 12);
    const client = new DynamoDBClient(access());
    const head = { number: 9, sha256: SHA256 };
    const Item = marshall({ streamId: 'corp#audit#verification', head, damagedLines: [7] });
    await client.send(new PutItemCommand({ TableName: LOCAL_CHECKPOINT_TABLE, Item }));
    client.destroy();
  });

  it('is told in a deployment that verifies', async () => {
    expect((await sent(['corp', 'emea'], 'NetskopeAudit', { isVerified: true })).slice(5, 10)).toEqual([
      'The archive is damaged. npx --no -- netskope-audit verify <source id> --chain says what is altered or gone:',
      'corp: line 7 of the manifest',
      '',
      'Not verified as a whole for 2 days:',
      'corp: never, up to line 9 of the manifest',
    ]);
  });

  it('is not told in one that does so no more', async () => {
    expect(await sent(['corp'])).toHaveLength(7);
  });
});

describe('the message of a fleet', () => {
  it('is about the sources in the table, with all events that each has, and asks for no metrics', async () => {
    const client = new DynamoDBClient(access());
    await putSources(client, [fleetSource({ sourceId: 'corp' }), fleetSource({ sourceId: 'new' })]);
    await putStatus(client, 'corp', { tokenEndsOn: '2026-11-23' });
    client.destroy();
    await putChainHead('corp', 12);
    await putChainHead('retired', 34);
    const operations: string[] = [];
    aws.hooks = { before: ({ operation }) => void operations.push(operation) };
    expect((await sent('fleet')).slice(3)).toEqual([
      'Tokens that end within 30 days:',
      'corp: 2026-11-23, tomorrow',
      '',
      'Events that the live feed has archived since it began, and the head of the hash chain now. Keep this message outside of this AWS account: npx --no -- netskope-audit verify <source id> --chain --heads <file> proves later that nothing before the head was changed.',
      `corp: 0 events, head 12:${SHA256}`,
      'new: not counted, head none',
    ]);
    expect(operations).not.toContain('GetMetricData');
  });
});

it('fails if AWS refuses a call, and publishes nothing', async () => {
  aws.hooks = {
    before: ({ operation }) =>
      operation === 'BatchGetItem'
        ? { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'no' }
        : undefined,
  };
  await expect(sent()).rejects.toMatchObject({ name: 'AccessDeniedException' });
  expect(aws.topics.published(LOCAL_TOPIC_ARN)).toEqual([]);
});

it('fails if a checkpoint is of a later version, and publishes nothing', async () => {
  await putChainHead('corp', 12, { format: 2 });
  await expect(sent()).rejects.toThrow(
    'the checkpoint of corp#audit has format 2, and this version knows formats up to 1',
  );
  expect(aws.topics.published(LOCAL_TOPIC_ARN)).toEqual([]);
});

describe('what DynamoDB leaves out of its answer because it is busy', () => {
  let client: DynamoDBClient;
  /** Answers that leave the last of the keys out. */
  let busyAnswers: number;

  beforeEach(async () => {
    await putChainHead('corp', 12);
    await putChainHead('emea', 34);
    client = new DynamoDBClient(access());
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const answer = await next(args);
          if (commandName !== 'BatchGetItemCommand' || busyAnswers === 0) return answer;
          busyAnswers--;
          const { Responses } = answer.output as BatchGetItemCommandOutput;
          const isLeft = ({ streamId }: Record<string, AttributeValue>) => streamId?.S === 'emea#audit';
          Object.assign(answer.output, {
            Responses: {
              [LOCAL_CHECKPOINT_TABLE]: Responses?.[LOCAL_CHECKPOINT_TABLE]?.filter((item) => !isLeft(item)),
            },
            UnprocessedKeys: { [LOCAL_CHECKPOINT_TABLE]: { Keys: [{ streamId: { S: 'emea#audit' } }] } },
          });
          return answer;
        },
      { step: 'initialize' },
    );
  });
  afterEach(() => client.destroy());

  const heads = async () => {
    const states = await stateFromCheckpoints(client, LOCAL_CHECKPOINT_TABLE, {
      feed: AUDIT_FEED,
      sourceIds: ['corp', 'emea'],
    });
    return new Map([...states].map(([sourceId, { chainHead }]) => [sourceId, chainHead]));
  };

  it('is asked for again', async () => {
    busyAnswers = 9;
    expect(await heads()).toEqual(
      new Map([
        ['corp', { number: 12, sha256: SHA256 }],
        ['emea', { number: 34, sha256: SHA256 }],
      ]),
    );
  });

  it('fails the message at last, so that Lambda tries again later', async () => {
    busyAnswers = 10;
    await expect(heads()).rejects.toThrow(
      `DynamoDB left out 1 items of table ${LOCAL_CHECKPOINT_TABLE} 10 times`,
    );
  });
});
