import { Pipeline } from '../pipeline';
import { isSound } from './aftermath';
import { loginAt, namelessAt, nowS, scheduledRuns } from './events';
import { stockOf } from './stock';

let pipeline: Pipeline;
afterEach(() => pipeline.stop());

test('byte-identical events without an `_id`, in pages that follow each other, keep their number', async () => {
  pipeline = await Pipeline.start();
  await pipeline.run({ startLookbackHours: 0 });
  for (let run = 1; run <= 3; run++) {
    const { text, timestampS } = namelessAt('the same words', 0);
    pipeline.simulator.add([{ text, timestampS, insertedAtS: timestampS + nowS(pipeline) + 200 }]);
    await scheduledRuns(pipeline, 1);
  }
  expect(await pipeline.quarantined()).toHaveLength(3);
  expect((await pipeline.checkpoint()).totals.quarantined).toBe(3);
  expect(pipeline.metricSum('EventsQuarantined')).toBe(3);
});

test('a page that shrank between a death and its second delivery is counted and listed whole, once', async () => {
  pipeline = await Pipeline.start({ pageSize: 3 });
  await pipeline.run({ startLookbackHours: 0 });
  const [e1, e2, e3] = [1, 2, 3].map((n) => loginAt(`e${n}`, { atS: 100 + n }));
  if (e1 === undefined || e2 === undefined || e3 === undefined) throw new Error('three events are needed');
  pipeline.simulator.add([e1, e2, e3]);
  pipeline.interference = {
    beforeAws: ({ operation, key = '' }) =>
      operation === 'PutObject' && key.startsWith('manifest/') ? 'die' : undefined,
  };
  expect((await scheduledRuns(pipeline, 1, { timeoutMs: 200_000 }))[0]).toEqual({ kind: 'died' });
  let isShort = false;
  pipeline.interference = {
    netskope: ({ operation }) => {
      if (operation !== 'resend' || isShort) return undefined;
      isShort = true;
      return { kind: 'body', bytes: Buffer.from(`{"ok":1,"wait_time":0,"result":[${e2.text}]}`) };
    },
  };
  await scheduledRuns(pipeline, 4);
  expect(isShort).toBe(true);
  expect((await pipeline.checkpoint()).totals.archived).toBe(3);
  expect(pipeline.metricSum('EventsArchived')).toBe(3);
  expect(isSound(await stockOf(pipeline))).toBe(true);
});
