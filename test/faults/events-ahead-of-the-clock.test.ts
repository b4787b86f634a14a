import type { IteratorProtocol } from '../../lambdas/collector/core/protocol/iterator';
import { ITERATOR_PROTOCOL } from '../../lambdas/collector/core/protocol/iterator';
import { NOW_S, Pipeline } from '../pipeline';
import type { Aftermath } from './aftermath';
import { isSound } from './aftermath';
import { DAY_S, HOUR_S, loginAt, nowS, scheduledRuns } from './events';
import { stockOf } from './stock';

/** The first version trusted every watermark. */
const CREDULOUS: IteratorProtocol = {
  ...ITERATOR_PROTOCOL,
  believedWatermarkS: (rawS) => rawS,
  reliableToS: (_checkpoint, { page, highS }) => page.rawWatermarkS ?? highS,
  epochWithinRetentionS: (startEpochS) => startEpochS,
};

let pipeline: Pipeline;
afterEach(() => pipeline.stop());

/** One event ahead of the clock; then no run for two days, in which events come and Netskope forgets the index. */
async function aftermathOf(aheadS: number, protocol = ITERATOR_PROTOCOL): Promise<Aftermath> {
  pipeline = await Pipeline.start();
  await pipeline.run({ startLookbackHours: 1, protocol });
  pipeline.simulator.add([
    loginAt('plain', { atS: 250 }),
    loginAt('ahead', { atS: 260, datedS: aheadS }),
    ...Array.from({ length: 40 }, (_, hour) => loginAt(`hour ${hour}`, { atS: 600 + hour * HOUR_S })),
  ]);
  await scheduledRuns(pipeline, 1, { protocol });
  pipeline.simulator.forgetIndexes();
  pipeline.clock.pass(2 * DAY_S * 1000);
  await scheduledRuns(pipeline, 6, { protocol });
  return stockOf(pipeline);
}

const epochs = (): number[] =>
  pipeline.simulator.requests.flatMap(({ operation }) =>
    /^\d+$/.test(operation) ? [Number(operation)] : [],
  );

describe.each([
  ['five minutes', 300],
  ['twenty minutes', 1200],
  ['ten hours', 10 * HOUR_S],
  ['three years', 3 * 365 * DAY_S],
])('an event dated %s ahead of the clock', (_what, aheadS) => {
  test('loses no event over a pause of two days, and sends no epoch in the future', async () => {
    const aftermath = await aftermathOf(aheadS);
    expect(aftermath).toMatchObject({ events: 42, lost: [], doubled: [] });
    expect(isSound(aftermath)).toBe(true);
    const presentS = NOW_S + nowS(pipeline);
    expect(epochs().filter((epochS) => epochS > presentS)).toEqual([]);
  });

  test('does not make the lag look smaller than it is', async () => {
    pipeline = await Pipeline.start();
    await pipeline.run({ startLookbackHours: 0 });
    pipeline.simulator.add([loginAt('ahead', { atS: 260, datedS: aheadS })]);
    await scheduledRuns(pipeline, 1);
    expect(pipeline.metricValues('LagSeconds').at(-1)).toBe(0); // it had caught up
    pipeline.interference = { netskope: () => ({ kind: 'not-found' }) };
    await scheduledRuns(pipeline, 8); // it is sent again once it is late
    expect(pipeline.metricValues('LagSeconds').slice(-2)).toEqual([2_100, 2_400]);
  });
});

test('a collector that trusts the watermark loses what came in the pause', async () => {
  const { lost } = await aftermathOf(10 * HOUR_S, CREDULOUS);
  expect(lost.length).toBeGreaterThan(5);
});
