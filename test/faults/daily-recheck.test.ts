import type { SimulatorOptions } from '../../lib/local/netskope-simulator/simulator-options';
import { Pipeline } from '../pipeline';
import { isSound } from './aftermath';
import { archivedIds, DAY_S, HOUR_S, loginAt, nowS, outcomesOf, scheduledRuns } from './events';
import { storedRecheck } from './recheck-job';
import { stockOf } from './stock';

const RECHECKED = { dailyRecheck: true } as const;
/** A server that walks by event time never returns to what is inserted behind its cursor. */
const BY_EVENT_TIME = { walksBy: 'event-time' } as const;

let pipeline: Pipeline;
afterEach(() => pipeline.stop());

const recheckItem = () => storedRecheck(pipeline);

/** A live feed that has caught up, has missed two late events, and whose recheck is due. */
async function startWithTwoMissed(options: Partial<SimulatorOptions> = BY_EVENT_TIME): Promise<void> {
  pipeline = await Pipeline.start(options);
  pipeline.simulator.add([loginAt('before', { atS: -600 })]);
  await pipeline.run({ startLookbackHours: 1, ...RECHECKED });
  pipeline.clock.pass(8 * HOUR_S * 1000);
  pipeline.simulator.add([loginAt('in time', { atS: 7 * HOUR_S })]);
  await scheduledRuns(pipeline, 3, RECHECKED);
  const atS = nowS(pipeline);
  pipeline.simulator.add([
    loginAt('late 1', { atS, datedS: -5 * HOUR_S }),
    loginAt('late 2', { atS, datedS: -3 * HOUR_S }),
  ]);
  await scheduledRuns(pipeline, 2, RECHECKED);
  pipeline.clock.pass(16.5 * HOUR_S * 1000);
}

/** Scheduled runs until the recheck that is due is done. */
async function untilRechecked(): Promise<void> {
  const { doneAtMs } = (await recheckItem()).recheck;
  for (let runs = 0; (await recheckItem()).recheck.doneAtMs === doneAtMs; runs++) {
    if (runs === 30) throw new Error('the recheck is not done after 30 runs');
    await scheduledRuns(pipeline, 1, RECHECKED);
  }
}

test('late events on a server that walks by event time are archived within a day, and reported once', async () => {
  await startWithTwoMissed();
  expect(await archivedIds(pipeline)).toEqual(['before', 'in time']);
  await untilRechecked();
  expect(await archivedIds(pipeline)).toEqual(['before', 'in time', 'late 1', 'late 2']);
  expect(nowS(pipeline)).toBeLessThan(26 * HOUR_S);
  await scheduledRuns(pipeline, 3, RECHECKED);
  expect(pipeline.metricValues('EventsRecovered')).toEqual([2]);
  expect((await recheckItem()).recheck).toMatchObject({ state: 'done', recovered: 2, unannounced: 0 });
  expect(isSound(await stockOf(pipeline))).toBe(true);
});

test('without the recheck they are lost for good', async () => {
  await startWithTwoMissed();
  await scheduledRuns(pipeline, 3, { dailyRecheck: false });
  expect((await stockOf(pipeline)).lost).toHaveLength(2);
});

test('the next recheck finds them again, stores none, and reports none', async () => {
  await startWithTwoMissed();
  await untilRechecked();
  pipeline.clock.pass((DAY_S - 1200) * 1000);
  await scheduledRuns(pipeline, 3, RECHECKED);
  await untilRechecked();
  expect(pipeline.metricValues('EventsRecovered')).toEqual([2]);
  expect(isSound(await stockOf(pipeline))).toBe(true);
});

test('one event dated years ahead hides no late event behind it', async () => {
  await startWithTwoMissed({ ...BY_EVENT_TIME, windowS: 'none', deliversBeyondPresent: true });
  pipeline.simulator.add([loginAt('ahead', { atS: 4 * HOUR_S, datedS: 3 * 365 * DAY_S })]);
  await untilRechecked();
  expect(await archivedIds(pipeline)).toEqual(['ahead', 'before', 'in time', 'late 1', 'late 2']);
});

test('uses index names of its own, and leaves the live feed as it was', async () => {
  await startWithTwoMissed();
  const { indexName, generation = 0, sequence } = await pipeline.checkpoint();
  await untilRechecked();
  const live = await pipeline.checkpoint();
  const recheck = await recheckItem();
  expect(recheck.indexName).not.toBe(indexName);
  expect(live).toMatchObject({ indexName, generation: generation + 1, caughtUp: true }); // 16 h passed
  expect(live.sequence).toBeLessThan(sequence + 40);
  const asked = new Set(pipeline.simulator.requests.map(({ index }) => index));
  expect([...asked].filter((name) => !name.startsWith(indexName))).toEqual(
    [...asked].filter((name) => name.startsWith(recheck.indexName)),
  );
});

test('a recheck that is overdue gets its share of each run, though the live feed fails in every one', async () => {
  await startWithTwoMissed();
  const { indexName } = await pipeline.checkpoint();
  pipeline.interference = {
    netskope: ({ index }) => (index.startsWith(indexName) ? { kind: 'not-found' } : undefined),
  };
  const failed = outcomesOf(await scheduledRuns(pipeline, 2, RECHECKED));
  expect(new Set(failed)).toEqual(new Set(['UpstreamContractError']));
  expect(await archivedIds(pipeline)).toEqual(['before', 'in time']); // due, but not overdue
  pipeline.clock.pass(12 * HOUR_S * 1000);
  await untilRechecked();
  expect(await archivedIds(pipeline)).toContain('late 1');
});

test('a recheck that Netskope refuses does not hold up the live feed, and says why', async () => {
  await startWithTwoMissed();
  const { indexName } = await recheckItem();
  pipeline.interference = {
    netskope: ({ index }) => (index.startsWith(indexName) ? { kind: 'not-found' } : undefined),
  };
  pipeline.simulator.add([loginAt('new', { atS: nowS(pipeline) })]);
  expect(outcomesOf(await scheduledRuns(pipeline, 1, RECHECKED))).toEqual(['UpstreamContractError']);
  expect(await archivedIds(pipeline)).toContain('new');
  expect((await pipeline.checkpoint()).caughtUp).toBe(true);
  expect((await recheckItem()).recheck.failure?.reason).toMatch(/^HTTP 404/);
});

function numbers(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, place) => first + place);
}

describe('a run with a recheck dies before AWS call', () => {
  // From the 30th on the run reads the pages with late events; before the 66th, the last one, the recheck is done. The 52nd
  // to 60th are nine hours without events, one like the other, and like those before and after them.
  test.each([...numbers(30, 51), ...numbers(61, 65)])('%i', async (nth) => {
    await startWithTwoMissed();
    let calls = 0;
    pipeline.interference = { beforeAws: () => (++calls === nth ? 'die' : undefined) };
    pipeline.clock.pass(300_000);
    expect(await pipeline.run({ scheduleMinutes: 5, ...RECHECKED })).toEqual({ kind: 'died' });
    pipeline.interference = {};
    pipeline.clock.pass(900_000);
    await untilRechecked();
    await scheduledRuns(pipeline, 1, RECHECKED);
    const aftermath = await stockOf(pipeline);
    expect(aftermath).toMatchObject({ events: 4, lost: [], doubled: [], manifestFaults: [] });
    expect(isSound(aftermath)).toBe(true);
    // A death between sending the metric and noting that repeats it; it is never omitted.
    expect([2, 4]).toContain(pipeline.metricSum('EventsRecovered'));
  });
});
