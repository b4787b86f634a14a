import { ITERATOR_PROTOCOL } from '../../lambdas/collector/core/protocol/iterator';
import { Pipeline } from '../pipeline';
import { archivedIds, callsSince, HOUR_S, loginAt, outcomesOf, scheduledRuns } from './events';

let pipeline: Pipeline;
afterEach(() => pipeline.stop());

/** Lags that were sent to CloudWatch, seconds. */
const lags = (): number[] => pipeline.metricValues('LagSeconds');

test('empty windows of a server without watermarks are not the end: events after hours without any are collected', async () => {
  pipeline = await Pipeline.start({ watermark: 'none' });
  pipeline.simulator.add([loginAt('old', { atS: -23 * HOUR_S }), loginAt('new', { atS: -600 })]);
  expect(outcomesOf([await pipeline.run()])).toEqual(['caught-up']);
  expect(await archivedIds(pipeline)).toEqual(['new', 'old']);
});

test('500 of 20,000 events are not all of them, and no lag of 0 is sent before the last one', async () => {
  pipeline = await Pipeline.start({ pageSize: 500 });
  const events = Array.from({ length: 20_000 }, (_, number) => loginAt(String(number), { atS: -5 }));
  pipeline.simulator.add(events);
  const [first] = await scheduledRuns(pipeline, 1, { startLookbackHours: 1, protocol: ITERATOR_PROTOCOL });
  expect(first).toMatchObject({ summary: { outcome: 'caught-up', archived: 20_000 } });
});

test('a run whose time is over before the last page reports how far it is behind', async () => {
  pipeline = await Pipeline.start({ pageSize: 500, waitTimeS: 100 });
  const events = Array.from({ length: 3_000 }, (_, number) => loginAt(String(number), { atS: -2 * HOUR_S }));
  pipeline.simulator.add(events);
  expect(await pipeline.run({ startLookbackHours: 3 })).toMatchObject({
    summary: { outcome: 'more-to-come' },
  });
  expect(lags().at(-1)).toBeGreaterThanOrEqual(HOUR_S);
});

describe('a watermark that always trails the clock by 300 s', () => {
  beforeEach(async () => {
    pipeline = await Pipeline.start({ watermarkTrailsS: 300, watermarkFollowsClock: true });
    await pipeline.run({ startLookbackHours: 1, scheduleMinutes: 5 });
  });

  test('costs an idle tenant less than two calls a run, for a whole day', async () => {
    const before = pipeline.simulator.requests.length;
    const ends = await scheduledRuns(pipeline, 288);
    expect(new Set(outcomesOf(ends))).toEqual(new Set(['caught-up']));
    expect(callsSince(pipeline, before).length).toBeLessThan(2 * 288);
    expect(Math.max(...lags())).toBeLessThanOrEqual(HOUR_S);
  });

  test('never counts as caught up under a rule that requires the present', async () => {
    const onlyThePresent = {
      ...ITERATOR_PROTOCOL,
      catchesUp: (...[checkpoint, facts]: Parameters<typeof ITERATOR_PROTOCOL.catchesUp>) =>
        ITERATOR_PROTOCOL.catchesUp({ ...checkpoint, servedAtMs: undefined }, facts),
    };
    pipeline.interference = {
      netskope: () => {
        pipeline.clock.pass(60_000); // so that the time of the run ends
        return undefined;
      },
    };
    const [end] = await scheduledRuns(pipeline, 1, { protocol: onlyThePresent });
    expect(outcomesOf(end === undefined ? [] : [end])).toEqual(['more-to-come']);
  });
});

test('runs five minutes apart meet no dead connection: none outlives a call', async () => {
  pipeline = await Pipeline.start();
  pipeline.simulator.add([loginAt('e1', { atS: 0 }), loginAt('e2', { atS: 900 })]);
  const ends = await scheduledRuns(pipeline, 6, { startLookbackHours: 1 });
  expect(new Set(outcomesOf(ends))).toEqual(new Set(['caught-up']));
  expect(pipeline.simulator.resetIdleSockets).toBe(0);
  expect(await archivedIds(pipeline)).toEqual(['e1', 'e2']);
});

test('a page of a thousand hours is stored in one run', async () => {
  pipeline = await Pipeline.start({ windowS: 'none' });
  const events = Array.from({ length: 1_000 }, (_, hour) =>
    loginAt(String(hour), { atS: -10, datedS: -hour * HOUR_S }),
  );
  pipeline.simulator.add(events);
  expect(await pipeline.run({ startLookbackHours: 1 })).toMatchObject({
    summary: { outcome: 'caught-up', archived: 1_000 },
  });
  const keys = new Set((await pipeline.archived()).map(({ key }) => key));
  expect(keys.size).toBe(1_000);
});
