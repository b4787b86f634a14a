import type { SimulatedEvent } from '../../lib/local/netskope-simulator/event-log';
import { simulatedLogin } from '../collector/audit-events';
import { NOW_S, Pipeline } from '../pipeline';
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

/** A rejected event with an `_id`: its event time is invalid. */
function timelessAt(id: string, atS: number): SimulatedEvent {
  return { ...simulatedLogin(id, NOW_S + atS, { timestamp: 'today' }), insertedAtS: NOW_S + atS };
}

test('a lost checkpoint doubles no line of archive or quarantine: redelivered events are recognized', async () => {
  pipeline = await Pipeline.start({ pageSize: 2 });
  pipeline.simulator.add([
    ...[loginAt('e1', { atS: -600 }), timelessAt('q1', -500)],
    ...[loginAt('e2', { atS: -400 }), namelessAt('n1', -400)],
    ...[namelessAt('n2', -300), namelessAt('n3', -300)], // a page that only the quarantine has
  ]);
  await pipeline.run({ startLookbackHours: 1 });
  await pipeline.loseCheckpoint();
  pipeline.simulator.add([namelessAt('n4', 250)]);
  await scheduledRuns(pipeline, 3, { startLookbackHours: 1 });
  expect((await pipeline.archived()).length).toBe(2);
  expect((await pipeline.quarantined()).length).toBe(5);
  expect((await stockOf(pipeline)).doubled).toEqual([]);
});

describe('a server that repeats its last page until there are new events: rejected events are counted once', () => {
  test.each([
    ['at noon', 0, 0],
    ['over midnight: stored before it, and committed after it', 43_200 - 300 - 30, 60_000],
  ])('%s', async (_when, beforeS, storingTakesMs) => {
    pipeline = await Pipeline.start();
    pipeline.clock.pass(beforeS * 1000);
    await pipeline.run({ startLookbackHours: 0 });
    const atS = beforeS + 100;
    const events = [timelessAt('q1', atS), timelessAt('q2', atS)];
    pipeline.simulator.add(events);
    pipeline.interference = {
      afterAws: ({ operation, key = '' }) => {
        if (operation === 'PutObject' && key.startsWith('quarantine/')) pipeline.clock.pass(storingTakesMs);
        return undefined;
      },
    };
    await scheduledRuns(pipeline, 1);
    const texts = events.map(({ text }) => text).join(',');
    const repeated = `{"ok":1,"wait_time":0,"result":[${texts}],"timestamp_hwm":${NOW_S + atS}}`;
    let times = 0;
    pipeline.interference = {
      netskope: () => (++times % 2 === 1 ? { kind: 'body', bytes: Buffer.from(repeated) } : undefined),
    };
    await scheduledRuns(pipeline, 4);
    expect(times).toBeGreaterThanOrEqual(4);
    expect((await pipeline.checkpoint()).totals).toEqual({ archived: 0, quarantined: 2, drifted: 0 });
    expect(pipeline.metricSum('EventsQuarantined')).toBe(2);
    expect(isSound(await stockOf(pipeline))).toBe(true);
  });
});
