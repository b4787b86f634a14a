import { LOCAL_BUCKET } from '../../lib/local/local-deployment';
import { simulatedLogin } from '../collector/audit-events';
import { manifestProblems } from '../manifest-chain';
import { NOW_S, Pipeline } from '../pipeline';
import { archivedIds, outcomesOf } from './events';

let pipeline: Pipeline;
/** A source that was collected, and has an event that is not. */
beforeEach(async () => {
  pipeline = await Pipeline.start();
  pipeline.simulator.add([simulatedLogin('e1', NOW_S)]);
  await pipeline.run({ startLookbackHours: 0 });
  pipeline.nextSchedule();
  pipeline.simulator.add([simulatedLogin('e2', NOW_S + 100)]);
});
afterEach(() => pipeline.stop());

/** Puts a second line. */
async function putLine(previous: string, format?: number): Promise<void> {
  await pipeline.aws.objects.put({
    bucket: LOCAL_BUCKET,
    key: 'manifest/netskope_audit/source=netskope/000000000002.json',
    body: Buffer.from(`${JSON.stringify({ format, number: 2, previous, objects: [] })}\n`),
    attributes: { contentType: 'application/json', userMetadata: {} },
    onlyIfAbsent: false,
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

test('a line of a later format behind the head: runs fail and commit nothing, and a version that can read it goes on', async () => {
  const { manifest, totals } = await pipeline.checkpoint();
  const head = manifest?.sha256 ?? '';
  await putLine(head, 2);
  const ends = [await pipeline.run()];
  pipeline.nextSchedule();
  ends.push(await pipeline.run());
  expect(outcomesOf(ends)).toEqual(['NewerFormatError', 'NewerFormatError']);
  expect((await pipeline.checkpoint()).totals).toEqual(totals);

  await putLine(head); // in the format of this version
  await pipeline.catchUp();
  expect(await archivedIds(pipeline)).toEqual(['e1', 'e2']);
  expect((await pipeline.checkpoint()).totals.archived).toBe(2);
  expect(await manifestProblems(pipeline.aws.objects, LOCAL_BUCKET, 'netskope')).toEqual([]);
});

test('an object of a later format that does not continue the chain stops nobody: it is passed over, as any other', async () => {
  await putLine('f'.repeat(64), 2);
  expect(outcomesOf([await pipeline.run()])).toEqual(['caught-up']);
  expect(await archivedIds(pipeline)).toEqual(['e1', 'e2']);
});
