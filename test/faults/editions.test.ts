import { conflictingEdition, grownEdition } from '../../lib/local/netskope-simulator/events/audit-events';
import { simulatedLogin } from '../collector/audit-events';
import { NOW_S, Pipeline } from '../pipeline';
import { fileBackfill, hoursAgoS } from './backfill-job';
import { HOUR_S, loginAt, nowS, scheduledRuns } from './events';
import { manifestFaults } from './manifest-faults';
import { storedRecheck } from './recheck-job';

const RECHECKED = { dailyRecheck: true } as const;
const EVENTS = 50;

let pipeline: Pipeline;
afterEach(() => pipeline.stop());

/** A feed of fifty events of the last hour, which has caught up; a page has ten. */
async function startCaughtUp(): Promise<void> {
  pipeline = await Pipeline.start({ pageSize: 10 });
  pipeline.simulator.add(
    Array.from({ length: EVENTS }, (_, n) => simulatedLogin(`e${n}`, NOW_S - HOUR_S + n * 60)),
  );
  await pipeline.catchUp();
}

async function rewind(): Promise<void> {
  await pipeline.carryOut({ kind: 'rewind', toEpochS: NOW_S - 2 * HOUR_S });
  await pipeline.catchUp();
}

/** How many lines each edition has; lines without a number are of the first. */
async function linesByEdition(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { line } of await pipeline.archived()) {
    const { p_edition: edition = 1 } = JSON.parse(line) as { readonly p_edition?: number };
    counts[edition] = (counts[edition] ?? 0) + 1;
  }
  return counts;
}

describe('after Netskope has added a field to events that it had delivered', () => {
  beforeEach(async () => {
    await startCaughtUp();
    pipeline.simulator.rewrite((text) => grownEdition(text));
  });

  test('a rewind stores each as its second edition, and counts them', async () => {
    await rewind();
    expect(await linesByEdition()).toEqual({ 1: EVENTS, 2: EVENTS });
    expect(pipeline.metricSum('EventEditions')).toBe(EVENTS);
    expect(pipeline.metricValues('EventsConflicting')).toEqual([]);
    expect(await pipeline.checkpoint()).toMatchObject({
      totals: { archived: 2 * EVENTS, editions: EVENTS },
      announced: { archived: 2 * EVENTS, editions: EVENTS },
    });
  });

  test('another rewind stores nothing', async () => {
    await rewind();
    await rewind();
    expect(await linesByEdition()).toEqual({ 1: EVENTS, 2: EVENTS });
    expect(pipeline.metricSum('EventEditions')).toBe(EVENTS);
  });

  test('a second field makes a third edition', async () => {
    await rewind();
    pipeline.simulator.rewrite((text) => grownEdition(text, { record_version: 2 }));
    await rewind();
    expect(await linesByEdition()).toEqual({ 1: EVENTS, 2: EVENTS, 3: EVENTS });
  });

  test('a server that takes the field back delivers nothing new', async () => {
    await rewind();
    pipeline.simulator.rewrite((text) => text.replace(',"record_type":"audit"', ''));
    await rewind();
    expect(await linesByEdition()).toEqual({ 1: EVENTS, 2: EVENTS });
    expect(pipeline.metricValues('EventsConflicting')).toEqual([]);
  });

  test('a backfill finds them as well, and sends their number', async () => {
    await fileBackfill(pipeline, { from: 2, to: 0 });
    pipeline.clock.pass(300_000);
    expect(await pipeline.run()).toMatchObject({ summary: { backfill: { state: 'done' } } });
    expect(await linesByEdition()).toMatchObject({ 2: expect.any(Number) as number });
    const { 2: editions = 0 } = await linesByEdition();
    expect(pipeline.metricValues('EventEditions')).toEqual([editions]);
  });

  test.each(Array.from({ length: 20 }, (_, place) => place * 3 + 1))(
    'a rewind whose run dies before its AWS call %i stores and counts each once',
    async (nth) => {
      await pipeline.carryOut({ kind: 'rewind', toEpochS: NOW_S - 2 * HOUR_S });
      let calls = 0;
      pipeline.interference = { beforeAws: () => (++calls === nth ? 'die' : undefined) };
      pipeline.clock.pass(300_000);
      await pipeline.run();
      pipeline.interference = {};
      pipeline.clock.pass(900_000);
      await pipeline.catchUp();
      expect(await linesByEdition()).toEqual({ 1: EVENTS, 2: EVENTS });
      expect((await pipeline.checkpoint()).totals).toMatchObject({ archived: 2 * EVENTS, editions: EVENTS });
      expect(pipeline.metricSum('EventEditions')).toBeGreaterThanOrEqual(EVENTS);
      expect(await manifestFaults(pipeline)).toEqual([]);
    },
  );
});

test('a recheck stores later editions, reports none as recovered, and sends their number once', async () => {
  pipeline = await Pipeline.start();
  pipeline.simulator.add([loginAt('e1', { atS: -600 })]);
  await pipeline.run({ startLookbackHours: 1, ...RECHECKED });
  pipeline.clock.pass(8 * HOUR_S * 1000);
  pipeline.simulator.add([loginAt('e2', { atS: 7 * HOUR_S })]);
  await scheduledRuns(pipeline, 3, RECHECKED);
  pipeline.simulator.rewrite((text) => grownEdition(text));
  pipeline.clock.pass(16.5 * HOUR_S * 1000);
  const { doneAtMs } = (await storedRecheck(pipeline)).recheck;
  while ((await storedRecheck(pipeline)).recheck.doneAtMs === doneAtMs && nowS(pipeline) < 48 * HOUR_S)
    await scheduledRuns(pipeline, 1, RECHECKED);
  await scheduledRuns(pipeline, 2, RECHECKED);
  expect(await linesByEdition()).toEqual({ 1: 2, 2: 2 });
  expect(pipeline.metricValues('EventsRecovered')).toEqual([]);
  expect(pipeline.metricSum('EventEditions')).toBe(2);
  expect((await storedRecheck(pipeline)).recheck).toMatchObject({ state: 'done', recovered: 0 });
});

test('an event that comes again with another value in a field is evidence: both are kept, and it is counted', async () => {
  await startCaughtUp();
  pipeline.simulator.rewrite(conflictingEdition);
  await rewind();
  await rewind();
  expect(await linesByEdition()).toEqual({ 1: 2 * EVENTS });
  expect(pipeline.metricSum('EventsConflicting')).toBe(EVENTS);
  expect(pipeline.metricValues('EventEditions')).toEqual([]);
  expect((await pipeline.checkpoint()).totals).toMatchObject({
    archived: 2 * EVENTS,
    conflicting: EVENTS,
  });
});

test('a later edition that the live feed delivers is found without a rewind', async () => {
  await startCaughtUp();
  const [first] = pipeline.simulator.events;
  if (first === undefined) throw new Error('the tenant has no event; expected fifty');
  pipeline.simulator.add([{ ...first, text: grownEdition(first.text), insertedAtS: hoursAgoS(0) + 100 }]);
  pipeline.clock.pass(300_000);
  await pipeline.catchUp();
  expect(await linesByEdition()).toEqual({ 1: EVENTS, 2: 1 });
});
