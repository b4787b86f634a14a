import type { AttributeValue, BatchGetItemCommandOutput } from '@aws-sdk/client-dynamodb';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoCheckpointStore } from '../../../lambdas/collector/adapters/dynamo-checkpoint';
import { newCheckpoint } from '../../../lambdas/collector/core/protocol/checkpoint';
import type { Checkpoint } from '../../../lambdas/contract/storage/checkpoint-table';
import { LocalAws } from '../../../lib/local/aws/local-aws';
import type { AwsFault } from '../../../lib/local/aws/wire/aws-call';
import { LOCAL_CHECKPOINT_TABLE, LocalDeployment } from '../../../lib/local/local-deployment';

const STREAM = 'netskope#audit';
const DENIED: AwsFault = { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'no' };

let aws: LocalAws;
let client: DynamoDBClient;
let store: DynamoCheckpointStore;
beforeEach(async () => {
  aws = await LocalAws.start();
  await LocalDeployment.create(aws);
  client = new DynamoDBClient({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'TEST', secretAccessKey: 'test' },
  });
  store = new DynamoCheckpointStore(client, LOCAL_CHECKPOINT_TABLE);
});
afterEach(async () => {
  client.destroy();
  await aws.stop();
});

function checkpointOf(writer: string): Checkpoint {
  return {
    ...newCheckpoint(STREAM, 'netskope', { startEpochS: 1_795_003_200, nowMs: 1_795_003_200_000 }),
    writer,
  };
}

/** Loses the answer to the first call of an operation, after the call was applied. */
function loseFirstAnswerOf(lost: string): void {
  let isLost = false;
  aws.hooks = {
    after: ({ operation }) => {
      if (operation !== lost || isLost) return undefined;
      isLost = true;
      return { kind: 'reset' };
    },
  };
}

test('a stream nobody has collected has no checkpoint', async () => {
  expect(await store.load(STREAM)).toBeUndefined();
});

test('a saved checkpoint is loaded unchanged, as the next version', async () => {
  const checkpoint: Checkpoint = {
    ...checkpointOf('run-1'),
    phase: 'requested',
    watermarkS: 1_795_003_200,
    lease: { runId: 'run-1', expiresAtMs: 1_795_003_860_000 },
    totals: { archived: 9_007_199_254_740_991, quarantined: 0, drifted: 3 },
  };
  const saved = { ...checkpoint, collectorVersion: '0.1.0', version: 1 };
  expect(await store.save(checkpoint)).toEqual(saved);
  expect(await store.load(STREAM)).toEqual(saved);
});

test('a checkpoint of format 1 has no number, so that versions that know no numbers read it', async () => {
  expect(await store.save(checkpointOf('run-1'))).not.toHaveProperty('format');
});

test('a checkpoint of a later format is refused with a sentence, alone and among others', async () => {
  await store.save({ ...checkpointOf('run-1'), format: 2 });
  const refusal = {
    name: 'NewerFormatError',
    message:
      'the checkpoint of netskope#audit has format 2, and this version knows formats up to 1: ' +
      'update to the version that has written it, or a later one',
  };
  await expect(store.load(STREAM)).rejects.toMatchObject(refusal);
  await expect(store.loadMany([STREAM, 'other#audit'])).rejects.toMatchObject(refusal);
});

test('a checkpoint tells which collector wrote it last, also over an older one', async () => {
  const old = await store.save({ ...checkpointOf('run-1'), collectorVersion: '0.0.1' });
  expect(old.collectorVersion).toBe('0.1.0');
});

test('a field that is removed is gone', async () => {
  const saved = await store.save({ ...checkpointOf('run-1'), lease: { runId: 'run-1', expiresAtMs: 1 } });
  await store.save({ ...saved, lease: undefined });
  expect(await store.load(STREAM)).not.toHaveProperty('lease');
});

test('of two runs that create a stream, the second one is refused', async () => {
  await store.save(checkpointOf('run-1'));
  await expect(store.save(checkpointOf('run-2'))).rejects.toMatchObject({
    name: 'CheckpointConflictError',
    message: 'the checkpoint of netskope#audit is no longer version 0: another run has written it',
  });
  expect((await store.load(STREAM))?.writer).toBe('run-1');
});

test('a run that overwrites a version it has not read is refused, and changes nothing', async () => {
  const first = await store.save(checkpointOf('run-1'));
  await store.save({ ...first, writer: 'run-2' });
  await expect(store.save({ ...first, phase: 'settled' })).rejects.toMatchObject({
    name: 'CheckpointConflictError',
    message: 'the checkpoint of netskope#audit is no longer version 1: another run has written it',
  });
  expect(await store.load(STREAM)).toMatchObject({ version: 2, writer: 'run-2', phase: 'unstarted' });
});

describe('a write whose answer got lost is recognized as our own', () => {
  test('the first write of a stream', async () => {
    loseFirstAnswerOf('PutItem');
    expect(await store.save(checkpointOf('run-1'))).toMatchObject({ version: 1, writer: 'run-1' });
  });

  test('a later write', async () => {
    const first = await store.save(checkpointOf('run-1'));
    loseFirstAnswerOf('PutItem');
    expect(await store.save({ ...first, phase: 'settled' })).toMatchObject({ version: 2, phase: 'settled' });
  });

  test('the same version of another run is not ours', async () => {
    const first = await store.save(checkpointOf('run-1'));
    await store.save({ ...first, writer: 'run-2' });
    await expect(store.save(first)).rejects.toMatchObject({ name: 'CheckpointConflictError' });
  });
});

test('a refused read names the table', async () => {
  aws.hooks = { before: () => DENIED };
  await expect(store.load(STREAM)).rejects.toMatchObject({
    name: 'CheckpointError',
    message: 'the checkpoint of netskope#audit could not be read from table netskope-audit-checkpoints',
  });
});

test('a refused write names the table', async () => {
  aws.hooks = { before: () => DENIED };
  await expect(store.save(checkpointOf('run-1'))).rejects.toMatchObject({
    name: 'CheckpointError',
    message: 'the checkpoint of netskope#audit could not be written to table netskope-audit-checkpoints',
  });
});

describe('several streams in one call', () => {
  const BACKFILL = 'netskope#audit#backfill';
  const saved = async (streamId: string) => store.save({ ...checkpointOf('run-1'), streamId });

  test('are found by their names, and one that nobody has collected is left out', async () => {
    const live = await saved(STREAM);
    const calls: string[] = [];
    aws.hooks = { before: ({ operation }) => void calls.push(operation) };
    expect(await store.loadMany([STREAM, BACKFILL])).toEqual(new Map([[STREAM, live]]));
    expect(calls).toEqual(['BatchGetItem']);
  });

  test('are all found though DynamoDB leaves one out of its answer because it is busy', async () => {
    const [live, backfill] = [await saved(STREAM), await saved(BACKFILL)];
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const answer = await next(args);
          if (commandName !== 'BatchGetItemCommand') return answer;
          const { Responses } = answer.output as BatchGetItemCommandOutput;
          const isLeft = ({ streamId }: Record<string, AttributeValue>) => streamId?.S === BACKFILL;
          Object.assign(answer.output, {
            Responses: {
              [LOCAL_CHECKPOINT_TABLE]: Responses?.[LOCAL_CHECKPOINT_TABLE]?.filter((item) => !isLeft(item)),
            },
            UnprocessedKeys: { [LOCAL_CHECKPOINT_TABLE]: { Keys: [{ streamId: { S: BACKFILL } }] } },
          });
          return answer;
        },
      { step: 'initialize' },
    );
    expect(await store.loadMany([STREAM, BACKFILL])).toEqual(
      new Map([
        [STREAM, live],
        [BACKFILL, backfill],
      ]),
    );
  });

  test('that may not be read are named', async () => {
    aws.hooks = { before: () => DENIED };
    await expect(store.loadMany([STREAM, BACKFILL])).rejects.toMatchObject({
      name: 'CheckpointError',
      message: `the checkpoints of ${STREAM}, ${BACKFILL} could not be read from table ${LOCAL_CHECKPOINT_TABLE}`,
    });
  });
});
