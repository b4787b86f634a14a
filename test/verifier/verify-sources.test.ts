import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoCheckpointStore } from '../../lambdas/collector/adapters/dynamo-checkpoint';
import { newCheckpoint } from '../../lambdas/collector/core/protocol/checkpoint';
import { AUDIT_FEED } from '../../lambdas/contract/feed/audit';
import type { Checkpoint } from '../../lambdas/contract/storage/checkpoint-table';
import { manifestKey } from '../../lambdas/contract/storage/manifest';
import type { Verification } from '../../lambdas/contract/storage/verification';
import { DynamoStateStore } from '../../lambdas/detector/adapters/dynamo-state-store';
import { EMPTY_OUTBOX } from '../../lambdas/detector/core/notify/outbox';
import { readItems } from '../../lambdas/shared/table-items';
import { verifySources } from '../../lambdas/verifier/verify-sources';
import { LocalAws } from '../../lib/local/aws/local-aws';
import {
  createLocalDetection,
  LOCAL_BUCKET,
  LOCAL_CHECKPOINT_TABLE,
  LOCAL_DETECTION_TABLE,
  LocalDeployment,
} from '../../lib/local/local-deployment';
import { fleetSource, putSources } from '../fleet/fleet-table';
import { DAY_MS, MadeUpChain, NOW_MS } from './core/made-up-chain';

let aws: LocalAws;
let client: DynamoDBClient;
let nowMs: number;
/** Operations that were called, with their keys. */
let calls: string[];
/** Undefined without detection. */
let detectionTable: string | undefined;
let log: Readonly<Record<string, unknown>>[];

beforeEach(async () => {
  nowMs = NOW_MS;
  calls = [];
  log = [];
  detectionTable = undefined;
  aws = await LocalAws.start({ nowMs: () => nowMs });
  await LocalDeployment.create(aws);
  client = new DynamoDBClient(access());
  aws.hooks = { before: ({ operation, key }) => void calls.push([operation, key].join(' ').trim()) };
});
afterEach(async () => {
  client.destroy();
  await aws.stop();
});

const access = () => ({
  endpoint: aws.url,
  region: 'us-east-1',
  credentials: { accessKeyId: 'TEST', secretAccessKey: 'test' },
});

/** Stores an archive of so many lines, and the checkpoint that knows them. Keys begin with the id of the source. */
async function archived(sourceId: string, lines: number, different: Partial<Checkpoint> = {}): Promise<void> {
  const chain = new MadeUpChain(0, sourceId);
  chain.append(lines);
  for (const [number, bytes] of chain.lines) await put(manifestKey(AUDIT_FEED, sourceId, number), bytes);
  for (const [key, bytes] of chain.objects) await put(key, bytes);
  const store = new DynamoCheckpointStore(client, LOCAL_CHECKPOINT_TABLE);
  const begun = newCheckpoint(`${sourceId}#audit`, sourceId, { startEpochS: 1_795_003_200, nowMs });
  await store.save({ ...begun, manifest: chain.newest, ...different });
}

/** Stores so many lines of alerts, and the outbox that knows them. */
async function alerted(sourceId: string, lines: number): Promise<void> {
  const chain = new MadeUpChain(lines, `${sourceId}-alert`);
  for (const [number, bytes] of chain.lines)
    await put(`manifest/alerts/netskope_audit/source=${sourceId}/00000000000${number}.json`, bytes);
  for (const [key, bytes] of chain.objects) await put(key, bytes);
  const states = new DynamoStateStore(client, LOCAL_DETECTION_TABLE, () => nowMs);
  const state = { ...EMPTY_OUTBOX, chain: { head: chain.newest, open: [] } };
  await states.save(`#outbox#${sourceId}`, { state, version: 0 }, { keepS: 86_400 });
}

/** Hides an object from readers of the bucket. */
function hide(hidden: string): void {
  const { objects } = aws;
  const [describe, listed] = [objects.describe.bind(objects), objects.keys.bind(objects)];
  objects.describe = (bucket, key) => describe(bucket, key === hidden ? 'gone' : key);
  objects.keys = (bucket) => listed(bucket).filter((key) => key !== hidden);
}

async function put(key: string, body: Buffer): Promise<void> {
  const attributes = { contentType: 'application/gzip', userMetadata: {} };
  await aws.objects.put({ bucket: LOCAL_BUCKET, key, body, attributes, onlyIfAbsent: false });
}

/** Answers the reading of this object with an error. @param isThere whether a listing has it */
function refuse(refused: string, isThere: boolean): void {
  if (!isThere) {
    const listed = aws.objects.keys.bind(aws.objects);
    aws.objects.keys = (bucket) => listed(bucket).filter((key) => key !== refused);
  }
  aws.hooks = {
    before: ({ operation, key }) =>
      operation === 'GetObject' && key === refused
        ? { kind: 'error', status: 403, code: 'AccessDenied', message: 'not yours' }
        : undefined,
  };
}

function verify(sourceIds: readonly string[] | 'fleet', remainingMs = 900_000): Promise<void> {
  const settings = {
    deploymentName: 'NetskopeAudit',
    archiveBucket: LOCAL_BUCKET,
    checkpointTable: LOCAL_CHECKPOINT_TABLE,
    detectionTable,
  };
  const told = (message: string, fields: Readonly<Record<string, unknown>>) =>
    void log.push({ message, ...fields });
  return verifySources(
    settings,
    sourceIds,
    { remainingMs: () => remainingMs },
    {
      feed: AUDIT_FEED,
      aws: access(),
      nowMs: () => nowMs,
      log: { info: told, warn: told, error: told },
    },
  );
}

async function known(sourceId: string, chain = ''): Promise<Verification | undefined> {
  const id = `${sourceId}#audit${chain}#verification`;
  return (await readItems<Verification>(client, { table: LOCAL_CHECKPOINT_TABLE, ids: [id] })).get(id);
}

/** The values that were sent of a metric. */
const sent = (name: string, dimensions: Readonly<Record<string, string>>): number[] =>
  aws.metrics.points('NetskopeAudit', name, dimensions).map(({ sum }) => sum);
const affected = (): number[] => sent('SourcesAffected', { Alarm: 'archive-damaged' });

describe('the clean archives of three sources', () => {
  beforeEach(async () => {
    for (const sourceId of ['corp', 'emea', 'apac']) await archived(sourceId, 2);
  });

  it('are verified up to their newest lines, and none is affected', async () => {
    await verify(['corp', 'emea', 'apac']);
    for (const sourceId of ['corp', 'emea', 'apac'])
      expect(await known(sourceId)).toMatchObject({
        head: { number: 2 },
        damagedLines: [],
        completedAtMs: NOW_MS,
      });
    expect(affected()).toEqual([0]);
    expect(sent('ArchiveDamaged', { SourceId: 'corp' })).toEqual([]);
    expect(log).toContainEqual({
      message: 'verification',
      sourceId: 'emea',
      chain: 'netskope_audit',
      isComplete: true,
      head: 2,
      lines: 2,
      objects: 2,
      bytes: expect.any(Number) as unknown,
    });
  });

  it('are read once a day, however often Lambda tries again', async () => {
    await verify(['corp', 'emea', 'apac']);
    calls = [];
    await verify(['corp', 'emea', 'apac']);
    expect(calls).toEqual(['BatchGetItem', 'BatchGetItem', 'PutMetricData']);
    nowMs += DAY_MS;
    calls = [];
    await verify(['corp']);
    expect(calls).toContain(`GetObject ${manifestKey(AUDIT_FEED, 'corp', 2)}`);
  });

  it('are those of a fleet, as its table lists them', async () => {
    await putSources(client, [fleetSource({ sourceId: 'emea' })]);
    await verify('fleet');
    expect(await known('emea')).toMatchObject({ head: { number: 2 } });
    expect(await known('corp')).toBeUndefined();
  });
});

describe('a damaged archive', () => {
  beforeEach(async () => {
    await archived('corp', 3);
    await archived('emea', 2);
  });

  it('is told by object and source, and does not keep the others from being verified', async () => {
    await put('corp-object-2', Buffer.from('something else'));
    await verify(['corp', 'emea']);
    expect(log.filter(({ message }) => message === 'archive damaged')).toEqual([
      {
        message: 'archive damaged',
        sourceId: 'corp',
        line: 2,
        finding: 'altered',
        key: 'corp-object-2',
        detail: expect.stringMatching(/^14 bytes with SHA-256 [0-9a-f]{64}; \d+ bytes with/) as unknown,
      },
    ]);
    expect(affected()).toEqual([1]);
    expect(sent('ArchiveDamaged', { SourceId: 'corp' })).toEqual([1]);
    expect(sent('ArchiveDamaged', { SourceId: 'emea' })).toEqual([]);
    expect(await known('emea')).toMatchObject({ completedAtMs: NOW_MS });
  });

  it('lacks an object although S3 says 403, as it does to a role that may list only some prefixes', async () => {
    refuse('corp-object-2', false);
    await verify(['corp']);
    expect(log).toContainEqual(expect.objectContaining({ finding: 'removed', key: 'corp-object-2' }));
  });

  it('stays counted by later verifications of the day', async () => {
    await put('corp-object-2', Buffer.from('something else'));
    await verify(['corp', 'emea']);
    nowMs += 3_600_000;
    await verify(['corp', 'emea']);
    expect(affected()).toEqual([1, 1]);
  });
});

describe('the chain of alerts', () => {
  beforeEach(async () => {
    await createLocalDetection(aws);
    detectionTable = LOCAL_DETECTION_TABLE;
    await archived('corp', 2);
    await archived('emea', 1);
    await alerted('corp', 3);
  });

  it('is verified beside that of the events', async () => {
    await verify(['corp', 'emea']);
    expect(await known('corp')).toMatchObject({ head: { number: 2 }, completedAtMs: NOW_MS });
    expect(await known('corp', '#alerts')).toMatchObject({
      head: { number: 3 },
      damagedLines: [],
      completedAtMs: NOW_MS,
    });
    expect(await known('emea', '#alerts')).toBeUndefined();
    expect(affected()).toEqual([0]);
  });

  it('tells of an alert that is gone, and of a source once although its events are damaged, too', async () => {
    hide('corp-alert-object-2');
    await put('corp-object-1', Buffer.from('altered'));
    await verify(['corp', 'emea']);
    expect(await known('corp', '#alerts')).toMatchObject({ damagedLines: [2] });
    expect(sent('ArchiveDamaged', { SourceId: 'corp' }).reduce((sum, value) => sum + value)).toBe(2);
    expect(affected()).toEqual([1]);
    expect(log).toContainEqual({
      message: 'archive damaged',
      sourceId: 'corp',
      line: 2,
      finding: 'removed',
      key: 'corp-alert-object-2',
      detail: 'it is not there',
    });
  });

  it('was cut off: the head in the table knows more', async () => {
    hide('manifest/alerts/netskope_audit/source=corp/000000000003.json');
    await verify(['corp']);
    expect(log).toContainEqual(
      expect.objectContaining({
        finding: 'cut off',
        detail: 'the table of detection knows line 3; the chain ends with line 2',
      }),
    );
  });

  it('was cut off together with its head: the verification before knows more', async () => {
    await verify(['corp']);
    nowMs += DAY_MS;
    const states = new DynamoStateStore(client, LOCAL_DETECTION_TABLE, () => nowMs);
    await states.save('#outbox#corp', { state: EMPTY_OUTBOX, version: 1 }, { keepS: 86_400 });
    hide('manifest/alerts/netskope_audit/source=corp/000000000003.json');
    await verify(['corp']);
    expect(affected()).toEqual([0, 1]);
  });
});

describe('what cannot be read', () => {
  beforeEach(async () => {
    await archived('corp', 2);
    await archived('emea', 2);
  });

  it('fails the invocation and is no damage; the others are verified before', async () => {
    refuse('corp-object-2', true);
    await expect(verify(['corp', 'emea'])).rejects.toMatchObject({
      name: 'ArchiveError',
      message: `object corp-object-2 could not be read from bucket ${LOCAL_BUCKET}`,
    });
    expect(affected()).toEqual([0]);
    expect(await known('corp')).toBeUndefined();
    expect(await known('emea')).toMatchObject({ completedAtMs: NOW_MS });
  });

  it('fails it, too, if DynamoDB does not remember how far it has come', async () => {
    aws.hooks = {
      before: ({ operation }) =>
        operation === 'PutItem'
          ? { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'no' }
          : undefined,
    };
    await expect(verify(['corp'])).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('fails it if a checkpoint is of a later version', async () => {
    await archived('apac', 1, { format: 2 });
    await expect(verify(['apac'])).rejects.toThrow(
      'the checkpoint of apac#audit has format 2, and this version knows formats up to 1',
    );
  });
});

it('without time it leaves the other sources to the next invocation, which begins with those that wait longest', async () => {
  await archived('corp', 2);
  await archived('emea', 2);
  await verify(['corp']);
  nowMs += DAY_MS;
  await verify(['corp', 'emea'], 0);
  expect(log.at(-1)).toMatchObject({ sourceId: 'emea', isComplete: false });
  expect(await known('corp')).toMatchObject({ completedAtMs: NOW_MS });
  await verify(['corp', 'emea']);
  expect(log.slice(-2)).toMatchObject([
    { sourceId: 'emea', isComplete: true },
    { sourceId: 'corp', isComplete: true },
  ]);
});

it('a source without a line has nothing to verify', async () => {
  await archived('corp', 0, { manifest: undefined });
  await verify(['corp', 'new']);
  expect([await known('corp'), await known('new')]).toEqual([undefined, undefined]);
  expect(affected()).toEqual([0]);
});
