import type { SimulatedEvent } from '../../lib/local/netskope-simulator/event-log';
import { simulatedLogin } from '../collector/audit-events';
import { NOW_S, Pipeline } from '../pipeline';
import { isSound } from './aftermath';
import {
  cancelBackfill,
  fileBackfill,
  hoursAgoS,
  scheduledRun,
  storedBackfill,
  workOff,
} from './backfill-job';
import { stockOf } from './stock';

/** AWS calls of an undisturbed run with a page of the live feed and three of a backfill. */
const CALLS = 27;

let pipeline: Pipeline;
afterEach(() => pipeline.stop());

/** A login, one an hour older that deviates from the documented shape, and one for the quarantine. */
function threeEvents(name: string, insertedAtS: number): SimulatedEvent[] {
  const events = [
    simulatedLogin(`login-${name}`, insertedAtS),
    simulatedLogin(`drifted-${name}`, insertedAtS - 3600, { severity_level: '2' }),
  ];
  const { text } = simulatedLogin('', insertedAtS, { _id: undefined, organization_unit: name });
  return [
    ...events.map((event) => ({ ...event, insertedAtS })),
    { text, timestampS: insertedAtS, insertedAtS },
  ];
}

/** The live feed holds the second half of a range that is filed as a backfill, and has a page to collect. */
async function startPipeline({ pageSize = 5, missing = ['missing'] } = {}): Promise<void> {
  pipeline = await Pipeline.start({ pageSize });
  pipeline.simulator.add(missing.flatMap((name) => threeEvents(name, hoursAgoS(4.9))));
  pipeline.simulator.add(threeEvents('held', hoursAgoS(4.6)));
  await pipeline.run({ startLookbackHours: 4.7 });
  await fileBackfill(pipeline, { from: 5, to: 4.5 });
  pipeline.nextSchedule();
  pipeline.simulator.add(threeEvents('new', NOW_S + 880));
}

/** Counts the run's AWS calls, and lets it die instead of the nth. */
function dieAt(nth: number): () => number {
  let calls = 0;
  pipeline.interference = { beforeAws: () => (++calls === nth ? 'die' : undefined) };
  return () => calls;
}

/** Manifest lines of the live feed's part of a run with pages of three: the one of its page with events. */
const LIVE_LINES = 1;

describe('what a run stored before it died is listed, even if the backfill is cancelled then, when it died over', () => {
  test.each([
    ['the first page', 1, { archived: 2, quarantined: 1, drifted: 1 }],
    ['the second page', 2, { archived: 4, quarantined: 2, drifted: 2 }],
  ])('%s', async (_page, page, totals) => {
    await startPipeline({ pageSize: 3, missing: ['missing', 'missing-too'] });
    let lines = 0;
    pipeline.interference = {
      beforeAws: ({ operation, key = '' }) =>
        operation === 'PutObject' && key.startsWith('manifest/') && ++lines === LIVE_LINES + page
          ? 'die'
          : undefined,
    };
    expect(await pipeline.run()).toEqual({ kind: 'died' });
    await cancelBackfill(pipeline);
    await pipeline.catchUp();
    expect(await stockOf(pipeline)).toMatchObject({
      doubled: [],
      totalsAreExact: true,
      manifestFaults: [],
    });
    const { sequence, backfill, ...stored } = await storedBackfill(pipeline);
    expect({ pages: sequence, state: backfill.state, totals: stored.totals }).toEqual({
      pages: page,
      state: 'cancelled',
      totals,
    });
  });
});

test('the last page of a cancelled backfill is given up if Netskope does not serve it again, and no run fails', async () => {
  await startPipeline();
  let lines = 0;
  pipeline.interference = {
    beforeAws: ({ operation, key = '' }) =>
      operation === 'PutObject' && key.startsWith('manifest/') && ++lines === 2 ? 'die' : undefined,
  };
  await pipeline.run();
  const { indexName } = await cancelBackfill(pipeline);
  pipeline.nextSchedule();
  pipeline.interference = {
    netskope: ({ index }) =>
      index === indexName ? { kind: 'server-error', status: 504, cursorMoved: false } : undefined,
  };
  expect(await pipeline.run()).toMatchObject({ summary: { backfill: { state: 'cancelled', pages: 0 } } });
  const asked = pipeline.simulator.requests.length;
  pipeline.nextSchedule();
  expect(await pipeline.run()).toMatchObject({ kind: 'returned' });
  expect(pipeline.simulator.requests.slice(asked).map(({ index }) => index)).not.toContain(indexName);
});

test(`a run with a page of the live feed and three of a backfill makes ${CALLS} AWS calls`, async () => {
  await startPipeline();
  const calls = dieAt(0);
  expect(await pipeline.run()).toMatchObject({
    summary: { pages: 1, archived: 2, backfill: { state: 'done', pages: 3, archived: 2, alreadyHeld: 3 } },
  });
  expect(calls()).toBe(CALLS);
});

test('a page that was listed and not committed is listed once, though the live feed goes on while the backfill rests', async () => {
  await startPipeline();
  let lines = 0;
  let isListed = false;
  pipeline.interference = {
    beforeAws: ({ operation, key = '' }) => {
      if (operation === 'PutItem' && isListed) return 'die';
      if (operation === 'PutObject' && key.startsWith('manifest/')) isListed = ++lines === 2;
      return undefined;
    },
  };
  expect(await pipeline.run({ timeoutMs: 200_000 })).toEqual({ kind: 'died' });
  pipeline.interference = {};
  await scheduledRun(pipeline); // the backfill rests
  await workOff(pipeline);
  expect(isSound(await stockOf(pipeline))).toBe(true);
});

describe('every event is stored, counted and listed once when the process dies before AWS call', () => {
  test.each(Array.from({ length: CALLS }, (_, place) => place + 1))('%i', async (nth) => {
    await startPipeline();
    dieAt(nth);
    expect(await pipeline.run()).toEqual({ kind: 'died' });
    pipeline.nextSchedule();
    await workOff(pipeline);
    expect(await scheduledRun(pipeline)).toMatchObject({ kind: 'returned' });
    const aftermath = await stockOf(pipeline);
    expect(aftermath).toMatchObject({ events: 9, lost: [], doubled: [], manifestFaults: [] });
    expect(isSound(aftermath)).toBe(true);
    expect(await storedBackfill(pipeline)).toMatchObject({
      totals: { archived: 2, quarantined: 1, drifted: 1 },
      backfill: { state: 'done', alreadyHeld: 3 },
    });
    expect((await pipeline.checkpoint()).totals).toEqual({ archived: 4, quarantined: 2, drifted: 2 });
  });
});
