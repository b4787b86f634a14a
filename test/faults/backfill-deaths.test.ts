import type { SimulatedEvent } from '../../lib/local/netskope-simulator/simulator-options';
import { simulatedLogin } from '../collector/audit-events';
import { NOW_S, Pipeline } from '../pipeline';
import { isSound, takeStock } from './aftermath';
import { fileBackfill, hoursAgoS, storedBackfill } from './backfill-job';

/** AWS calls of a run with a page of the live feed and two of a backfill, when nothing goes wrong. */
const CALLS = 36;

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

/** The live feed holds the second half of a stretch that is filed as a backfill of two pages, and has a page to collect. */
async function startPipeline(): Promise<void> {
  pipeline = await Pipeline.start({ pageSize: 5 });
  pipeline.simulator.add([...threeEvents('missing', hoursAgoS(4.9)), ...threeEvents('held', hoursAgoS(4.6))]);
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

test(`a run with a page of the live feed and two of a backfill makes ${CALLS} AWS calls`, async () => {
  await startPipeline();
  const calls = dieAt(0);
  expect(await pipeline.run()).toMatchObject({
    summary: { pages: 1, archived: 2, backfill: { state: 'done', pages: 2, archived: 2, alreadyHeld: 3 } },
  });
  expect(calls()).toBe(CALLS);
});

describe('every event is stored, counted and listed once when the process dies before AWS call', () => {
  test.each(Array.from({ length: CALLS }, (_, place) => place + 1))('%i', async (nth) => {
    await startPipeline();
    dieAt(nth);
    expect(await pipeline.run()).toEqual({ kind: 'died' });
    await pipeline.settle();
    const aftermath = await takeStock(pipeline, []);
    expect(aftermath).toMatchObject({ events: 9, lost: [], doubled: [], manifestFaults: [] });
    expect(isSound(aftermath)).toBe(true);
    expect(await storedBackfill(pipeline)).toMatchObject({
      totals: { archived: 2, quarantined: 1, drifted: 1 },
      backfill: { state: 'done', alreadyHeld: 3 },
    });
    expect((await pipeline.checkpoint()).totals).toEqual({ archived: 4, quarantined: 2, drifted: 2 });
  });
});
