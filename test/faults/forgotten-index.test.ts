import type { IteratorProtocol } from '../../lambdas/collector/core/protocol/iterator';
import { ITERATOR_PROTOCOL } from '../../lambdas/collector/core/protocol/iterator';
import type { SimulatorOptions } from '../../lib/local/netskope-simulator/simulator-options';
import { Pipeline } from '../pipeline';
import type { Aftermath } from './aftermath';
import { isSound } from './aftermath';
import { callsSince, HOUR_S, loginAt, nowS, outcomesOf, scheduledRuns } from './events';
import { stockOf } from './stock';

/** The first version trusted an index for a day. */
const TRUSTING: IteratorProtocol = { ...ITERATOR_PROTOCOL, isSilent: () => false };
const CREDULOUS: IteratorProtocol = { ...ITERATOR_PROTOCOL, isForgotten: () => false, jumps: () => false };

let pipeline: Pipeline;
afterEach(() => pipeline.stop());

describe('a feed that has caught up pauses for six hours, in which 165 events come and Netskope forgets the index', () => {
  async function aftermathOf(protocol: IteratorProtocol): Promise<Aftermath> {
    pipeline = await Pipeline.start({ forgetsIndexAfterMs: 3_600_000 });
    await pipeline.run({ startLookbackHours: 1, protocol });
    const spread = Array.from({ length: 165 }, (_, place) =>
      loginAt(`e${place}`, { atS: 100 + Math.floor((place * 6 * HOUR_S) / 165) }),
    );
    pipeline.simulator.add(spread);
    pipeline.clock.pass(6 * HOUR_S * 1000);
    await scheduledRuns(pipeline, 4, { protocol });
    return stockOf(pipeline);
  }

  test('all of them are stored, once', async () => {
    const aftermath = await aftermathOf(ITERATOR_PROTOCOL);
    expect(aftermath.events).toBe(165);
    expect(isSound(aftermath)).toBe(true);
  });

  test('a collector that trusts the index loses them', async () => {
    expect((await aftermathOf(TRUSTING)).lost.length).toBeGreaterThan(150);
  });
});

describe.each<[string, Partial<SimulatorOptions>]>([
  ['an empty page without a watermark', { resendWithoutPage: 'empty-without-watermark' }],
  ['HTTP 400', { resendWithoutPage: 'bad-request' }],
])(
  'Netskope forgets the index over a call that timed out, and answers `resend` with %s',
  (_what, options) => {
    async function aftermathOf(protocol: IteratorProtocol): Promise<Aftermath> {
      pipeline = await Pipeline.start({ watermark: 'newest-event', ...options });
      pipeline.simulator.add([loginAt('e0', { atS: -60 })]);
      await pipeline.run({ startLookbackHours: 1, protocol });
      pipeline.simulator.add([loginAt('e1', { atS: 290 })]);
      pipeline.interference = { netskope: () => ({ kind: 'stall', served: 'never' }) };
      await scheduledRuns(pipeline, 1, { protocol });
      pipeline.interference = {};
      pipeline.simulator.forgetIndexes();
      await scheduledRuns(pipeline, 4, { protocol });
      return stockOf(pipeline);
    }

    test('the feed begins again on the other name, and loses nothing', async () => {
      expect(isSound(await aftermathOf(ITERATOR_PROTOCOL))).toBe(true);
    });
  },
);

test('a collector that trusts the empty page of a forgotten index loses the waiting events', async () => {
  pipeline = await Pipeline.start({ resendWithoutPage: 'empty-without-watermark' });
  await pipeline.run({ startLookbackHours: 1 });
  pipeline.simulator.add([loginAt('e1', { atS: 290 })]);
  pipeline.interference = { netskope: () => ({ kind: 'stall', served: 'never' }) };
  await scheduledRuns(pipeline, 1);
  pipeline.interference = {};
  pipeline.simulator.forgetIndexes();
  const protocol = CREDULOUS;
  await scheduledRuns(pipeline, 4, { protocol });
  expect((await stockOf(pipeline)).lost).toHaveLength(1);
});

test('an index that answers 400 for good is abandoned: the feed goes on under the other name in the same run', async () => {
  pipeline = await Pipeline.start();
  await pipeline.run({ startLookbackHours: 1 });
  const { indexName } = await pipeline.checkpoint();
  pipeline.simulator.breakIndex(indexName);
  pipeline.simulator.add([loginAt('e1', { atS: 290 })]);
  const requests = pipeline.simulator.requests.length;
  expect(outcomesOf(await scheduledRuns(pipeline, 1))).toEqual(['caught-up']);
  expect(pipeline.simulator.requests.at(-1)?.index).toBe(`${indexName}-b`);
  expect(callsSince(pipeline, requests)[0]).toBe('next');
  expect(isSound(await stockOf(pipeline))).toBe(true);
});

test('an index that is forgotten in a backlog, while it is polled, is detected by its cursor jump', async () => {
  pipeline = await Pipeline.start({ waitTimeS: 140 });
  const backlog = Array.from({ length: 20 }, (_, hour) => loginAt(`h${hour}`, { atS: (hour - 20) * HOUR_S }));
  pipeline.simulator.add(backlog);
  await pipeline.run({ startLookbackHours: 21 });
  expect((await pipeline.archived()).length).toBeLessThan(10);
  pipeline.simulator.forgetIndexes();
  await scheduledRuns(pipeline, 25);
  expect(nowS(pipeline)).toBeLessThan(8 * HOUR_S);
  expect(isSound(await stockOf(pipeline))).toBe(true);
});

test('an empty page with the watermark of the present shows nothing: the recheck recovers what waited within a day', async () => {
  pipeline = await Pipeline.start({ resendWithoutPage: 'empty' });
  await pipeline.run({ startLookbackHours: 1, dailyRecheck: true });
  pipeline.simulator.add([loginAt('e1', { atS: 290 })]);
  pipeline.interference = { netskope: () => ({ kind: 'stall', served: 'never' }) };
  await scheduledRuns(pipeline, 1, { dailyRecheck: true });
  pipeline.interference = {};
  pipeline.simulator.forgetIndexes();
  await scheduledRuns(pipeline, 4, { dailyRecheck: true });
  pipeline.clock.pass(24 * HOUR_S * 1000);
  await scheduledRuns(pipeline, 8, { dailyRecheck: true });
  expect(nowS(pipeline)).toBeLessThan(26 * HOUR_S);
  expect(isSound(await stockOf(pipeline))).toBe(true);
});
