import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { composeCollector } from '../../lambdas/collector/compose';
import { ITERATOR_PROTOCOL } from '../../lambdas/collector/core/protocol/iterator';
import { AUDIT_FEED } from '../../lambdas/contract/feed/audit';
import { readStatuses } from '../../lambdas/shared/fleet-sources';
import { LOCAL_BUCKET, LOCAL_CHECKPOINT_TABLE, LOCAL_SECRET_PREFIX } from '../../lib/local/local-deployment';
import { clientSettings } from '../collector/adapters/client-settings';
import { simulatedLogin } from '../collector/audit-events';
import { NOW_S, Pipeline, SOURCE_ID } from '../pipeline';

const NOW_MS = NOW_S * 1000;
const SOURCE = {
  sourceId: SOURCE_ID,
  label: 'Netskope',
  startLookbackHours: 24,
  scheduleMinutes: 6,
  dailyRecheck: false,
};

let pipeline: Pipeline;
beforeEach(async () => {
  pipeline = await Pipeline.start();
});
afterEach(() => pipeline.stop());

/** Runs the collector of a fleet. @returns the calls that it made of CloudWatch and of the table, in order */
async function collect(): Promise<string[]> {
  const aws = clientSettings(pipeline.aws);
  const collector = composeCollector(
    {
      archiveBucket: LOCAL_BUCKET,
      checkpointTable: LOCAL_CHECKPOINT_TABLE,
      secretNamePrefix: LOCAL_SECRET_PREFIX,
      requestTimeoutMs: 120_000,
      netskopeEndpointUrl: pipeline.simulator.url,
      isFleet: true,
    },
    {
      feed: AUDIT_FEED,
      aws,
      clock: pipeline.clock,
      random: () => 0.5,
      protocol: ITERATOR_PROTOCOL,
      log: () => ({ info: () => undefined, warn: () => undefined, error: () => undefined }),
    },
  );
  const operations: string[] = [];
  pipeline.aws.hooks = {
    before: ({ service, operation }) => {
      if (service === 'dynamodb' || service === 'monitoring') operations.push(operation);
    },
  };
  const budget = { remainingMs: () => 600_000 };
  await collector.collect(SOURCE, 'run-1', budget).catch((error: Error) => operations.push(error.name));
  pipeline.aws.hooks = {};
  return operations;
}

async function status(): Promise<unknown> {
  const client = new DynamoDBClient(clientSettings(pipeline.aws));
  const statuses = await readStatuses(client, LOCAL_CHECKPOINT_TABLE, {
    feed: AUDIT_FEED,
    sourceIds: [SOURCE_ID],
  });
  client.destroy();
  return statuses.get(SOURCE_ID);
}

test('a run of a fleet reports into the table, and calls CloudWatch not at all', async () => {
  pipeline.simulator.add([simulatedLogin('a', NOW_S - 600)]);
  const operations = await collect();
  expect(operations).not.toContain('PutMetricData');
  expect(operations.filter((operation) => operation === 'UpdateItem')).toHaveLength(1);
  expect(await status()).toEqual({ reportedAtMs: NOW_MS, quietSinceMs: NOW_MS, succeededAtMs: NOW_MS });
  expect(await pipeline.archived()).toHaveLength(1);
});

test('a run whose secret cannot be used reports that', async () => {
  await pipeline.deployment.putSecret(SOURCE_ID, 'no JSON');
  expect(await collect()).toEqual(['UpdateItem', 'CredentialError']);
  expect(await status()).toEqual({ refusedAtMs: NOW_MS });
});
