import type { AwsFault } from '../../lib/local/aws/wire/aws-call';
import { Pipeline } from '../pipeline';
import { isSound } from './aftermath';
import { archivedIds, loginAt, namelessAt, nowS, outcomesOf, scheduledRuns } from './events';
import { stockOf } from './stock';

const OUT_OF_ORDER: AwsFault = { kind: 'error', status: 503, code: 'ServiceUnavailable', message: 'no' };

let pipeline: Pipeline;
afterEach(() => pipeline.stop());

describe('an outage of half an hour loses nothing and leaves nothing stuck, and says what failed, when it is of', () => {
  test.each([
    ['Secrets Manager', ['GetSecretValue'], 'SecretStoreError'],
    ['DynamoDB', ['GetItem', 'PutItem'], 'CheckpointError'],
    ['S3, for reading objects', ['GetObject'], 'ArchiveError'],
    ['S3, for listing them', ['ListObjectsV2'], 'ArchiveError'],
    ['S3, for writing them', ['PutObject'], 'ArchiveError'],
    ['CloudWatch', ['PutMetricData'], 'MetricsError'],
  ])('%s', async (_what, operations, error) => {
    pipeline = await Pipeline.start();
    pipeline.simulator.add([loginAt('e0', { atS: -1 }), namelessAt('n0', -1)]);
    await pipeline.run({ startLookbackHours: 1 });
    pipeline.interference = {
      beforeAws: ({ operation }) => (operations.includes(operation) ? OUT_OF_ORDER : undefined),
    };
    const outcomes: string[] = [];
    for (let run = 1; run <= 6; run++) {
      // One event dated into the hour that is already archived, so that an object is read for it.
      pipeline.simulator.add([
        loginAt(`e${run}`, { atS: nowS(pipeline) + 200, datedS: -nowS(pipeline) - 201 }),
        namelessAt(`n${run}`, nowS(pipeline) + 200),
      ]);
      outcomes.push(...outcomesOf(await scheduledRuns(pipeline, 1)));
    }
    // No run rests, which would count as one that ended as it should: Netskope has answered each call.
    expect(outcomes).toEqual([error, error, error, error, error, error]);
    pipeline.interference = {};
    await scheduledRuns(pipeline, 4);
    expect(await archivedIds(pipeline)).toHaveLength(7);
    const aftermath = await stockOf(pipeline);
    expect(aftermath.events).toBe(14);
    expect(isSound(aftermath)).toBe(true);
    expect(pipeline.metricSum('EventsArchived')).toBe(7);
    expect(pipeline.metricSum('EventsQuarantined')).toBe(7);
    expect(pipeline.metricSum('CredentialsRefused')).toBe(0);
  });
});

test.each([-600, 600])("Netskope's clock is %d s off: nothing is lost or doubled", async (clockSkewS) => {
  pipeline = await Pipeline.start({ clockSkewS });
  await pipeline.run({ startLookbackHours: 1 });
  for (let run = 1; run <= 8; run++) {
    pipeline.simulator.add([loginAt(`e${run}`, { atS: nowS(pipeline) + 250 + clockSkewS })]);
    await scheduledRuns(pipeline, 1);
  }
  await scheduledRuns(pipeline, 4);
  const aftermath = await stockOf(pipeline);
  expect(aftermath).toMatchObject({ lost: [], doubled: [] });
  expect(isSound(aftermath)).toBe(true);
});
