import { createHash } from 'node:crypto';
import { LOCAL_BUCKET } from '../../lib/local/local-deployment';
import { simulatedLogin } from '../collector/audit-events';
import { NOW_S, Pipeline } from '../pipeline';
import { archivedIds, outcomesOf } from './events';

/** A version that was rolled back meets what the later one has written. */

const LINE = 'manifest/netskope_audit/source=netskope/000000000002.json';

let pipeline: Pipeline;
beforeEach(async () => {
  pipeline = await Pipeline.start();
  pipeline.simulator.add([simulatedLogin('e1', NOW_S)]);
  await pipeline.run({ startLookbackHours: 0 });
  pipeline.nextSchedule();
  pipeline.simulator.add([simulatedLogin('e2', NOW_S + 100)]);
});
afterEach(() => pipeline.stop());

async function putLine(previous: string): Promise<void> {
  await pipeline.aws.objects.put({
    bucket: LOCAL_BUCKET,
    key: LINE,
    body: Buffer.from(`${JSON.stringify({ format: 2, number: 2, previous })}\n`),
    attributes: { contentType: 'application/json', userMetadata: {} },
    onlyIfAbsent: true,
  });
}

test('a checkpoint of a later format: no run asks Netskope, writes anything, or takes the lease', async () => {
  await pipeline.checkpoints.save({ ...(await pipeline.checkpoint()), format: 2 });
  const requests = pipeline.simulator.requests.length;
  const written: string[] = [];
  pipeline.interference = {
    beforeAws: ({ operation }) => {
      if (operation.startsWith('Put')) written.push(operation);
      return undefined;
    },
  };
  expect(await pipeline.run()).toMatchObject({
    kind: 'threw',
    error: {
      name: 'NewerFormatError',
      message: expect.stringContaining(
        'netskope#audit has format 2, and this version knows formats up to 1',
      ) as unknown,
    },
  });
  expect(pipeline.simulator.requests).toHaveLength(requests);
  expect(written).toEqual([]);
});

test('a line of a later format behind the head: runs fail and commit nothing, and the version that knows it goes on', async () => {
  const { manifest, totals } = await pipeline.checkpoint();
  await putLine(manifest?.sha256 ?? '');
  const ends = [await pipeline.run()];
  pipeline.nextSchedule();
  ends.push(await pipeline.run());
  expect(outcomesOf(ends)).toEqual(['NewerFormatError', 'NewerFormatError']);
  const checkpoint = await pipeline.checkpoint();
  expect(checkpoint.totals).toEqual(totals);

  // As the later version would: it knows the line.
  const { body } = await pipeline.aws.objects.read(LOCAL_BUCKET, LINE);
  const sha256 = createHash('sha256').update(body).digest('hex');
  await pipeline.checkpoints.save({ ...checkpoint, manifest: { number: 2, sha256 } });
  await pipeline.catchUp();
  expect(await archivedIds(pipeline)).toEqual(['e1', 'e2']);
  expect((await pipeline.checkpoint()).totals.archived).toBe(2);
});

test('an object of a later format that does not continue the chain stops nobody: it is passed over, as any other', async () => {
  await putLine('f'.repeat(64));
  expect(outcomesOf([await pipeline.run()])).toEqual(['caught-up']);
  expect(await archivedIds(pipeline)).toEqual(['e1', 'e2']);
});
