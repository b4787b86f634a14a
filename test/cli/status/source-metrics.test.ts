import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchMetricSink } from '../../../lambdas/collector/adapters/cloudwatch-metrics';
import { readSourceMetrics } from '../../../lib/cli/status/source-metrics';
import { LocalAws } from '../../../lib/local/aws/local-aws';
import { clientSettings } from '../../collector/adapters/client-settings';
import { TestClock } from '../../test-clock';

/** 2026-11-18T12:00:00Z */
const NOON_MS = 1_795_003_200_000;

let aws: LocalAws;
let client: CloudWatchClient;
beforeEach(async () => {
  aws = await LocalAws.start({ nowMs: () => NOON_MS });
  client = new CloudWatchClient(clientSettings(aws));
});
afterEach(async () => {
  client.destroy();
  await aws.stop();
});

/** A run of source `netskope` that archives events, in a deployment with the default stack name or another. */
async function archive(archived: number, deployment?: string): Promise<void> {
  const sink = new CloudWatchMetricSink(client, new TestClock(NOON_MS), deployment);
  await sink.send('netskope', { counts: { archived, quarantined: 0, drifted: 0 } });
}

test.each([
  ['NetskopeAudit', 7],
  ['NetskopeTest', 5],
  ['NetskopeStaging', 0],
])('of two deployments with a source of one name, %s is shown its own metrics', async (name, archived) => {
  await archive(7);
  await archive(5, 'NetskopeTest');
  const [metrics] = await readSourceMetrics(client, { name, sourceIds: ['netskope'] }, NOON_MS);
  expect(metrics).toMatchObject({ archived });
});
