import { MANIFEST_PREFIX } from '../../lambdas/contract/manifest';
import * as profile from '../../lib/cost/run-profile';
import { generateAuditEvents } from '../../lib/local/netskope-simulator/audit-events';
import { Pipeline } from '../pipeline';

const RUNS_A_DAY = 288;
const RUNS_AN_HOUR = 12;
const SCHEDULE_MS = 300_000;
const SECONDS_PER_DAY = 86_400;

/** Waits as in published answers of Netskope: a second after a full page, else five. */
function waitTimeS(eventCount: number): number {
  return eventCount === 10_000 ? 1 : 5;
}

/** What a whole day of scheduled runs asked of AWS. */
async function replayDay(eventCount: number) {
  const pipeline = await Pipeline.start({ waitTimeS });
  const callCounts: Record<string, number> = {};
  const day = {
    runsWithEvents: 0,
    waitedMs: 0,
    bytesOut: 0,
    archived: 0,
    largestItemBytes: 0,
    manifestLines: 0,
    manifestBytes: 0,
  };
  try {
    await pipeline.run();
    const fromEpochS = Math.floor(pipeline.clock.nowMs() / 1000);
    const toEpochS = fromEpochS + SECONDS_PER_DAY;
    pipeline.simulator.add(
      generateAuditEvents({ seed: eventCount, count: eventCount, fromEpochS, toEpochS }),
    );
    pipeline.interference = {
      beforeAws: ({ operation, key, body }) => {
        callCounts[operation] = (callCounts[operation] ?? 0) + 1;
        if (operation === 'PutObject' && key?.startsWith(MANIFEST_PREFIX)) {
          day.manifestLines++;
          day.manifestBytes += body.length;
        }
        if (operation === 'PutItem') {
          const { Item } = JSON.parse(body.toString('utf8')) as { Item: unknown };
          day.largestItemBytes = Math.max(day.largestItemBytes, JSON.stringify(Item).length);
        }
        return undefined;
      },
    };
    for (let run = 0; run < RUNS_A_DAY; run++) {
      pipeline.clock.pass(SCHEDULE_MS);
      const startedAtMs = pipeline.clock.nowMs();
      const end = await pipeline.run();
      if (end.kind !== 'returned') throw new Error(`run ${run} ${end.kind}; expected it to return`);
      day.waitedMs += pipeline.clock.nowMs() - startedAtMs;
      day.bytesOut += end.summary.bytesOut;
      day.archived += end.summary.archived;
      if (end.summary.archived > 0) day.runsWithEvents++;
    }
  } finally {
    await pipeline.stop();
  }
  return { ...day, callCounts };
}

describe.each([
  { eventCount: 300, runsWithEvents: 157 },
  { eventCount: 30_000, runsWithEvents: 288 },
])('a day with $eventCount events', ({ eventCount, runsWithEvents }) => {
  let day: Awaited<ReturnType<typeof replayDay>>;

  beforeAll(async () => {
    day = await replayDay(eventCount);
  }, 240_000);

  it('has events in as many runs as chance gives', () => {
    expect(day.runsWithEvents).toBe(runsWithEvents);
  });

  it('asks AWS for no more than the profile says, and for half of that at least', () => {
    const expected: Record<string, number> = {
      ...profile.CALLS_OF_A_RUN,
      ListObjectsV2: 0,
      GetObject: 0,
    };
    for (const name of Object.keys(expected)) expected[name] = (expected[name] ?? 0) * RUNS_A_DAY;
    for (const [name, calls] of Object.entries(profile.CALLS_FOR_EVENTS))
      expected[name] = (expected[name] ?? 0) + calls * runsWithEvents;
    expected.GetObject = runsWithEvents * RUNS_AN_HOUR * profile.OBJECTS_READ_PER_RUN_IN_THE_HOUR;

    expect(Object.keys(day.callCounts).sort()).toEqual(Object.keys(expected).sort());
    for (const [name, calls] of Object.entries(expected)) {
      expect({ name, calls: day.callCounts[name] }).toEqual({ name, calls: expect.any(Number) as number });
      expect(day.callCounts[name]).toBeLessThanOrEqual(calls);
      expect(day.callCounts[name]).toBeGreaterThanOrEqual(calls / 2);
    }
  });

  it('writes a checkpoint that is one write unit', () => {
    expect(day.largestItemBytes).toBeLessThan(1024);
  });

  it('waits for Netskope no longer than the profile says', () => {
    expect(day.waitedMs / 1000).toBeLessThanOrEqual(runsWithEvents * profile.SECONDS_FOR_EVENTS);
  });

  it('lists its objects in lines that are no longer than the profile says, and not below half of that', () => {
    const bytesPerLine = day.manifestBytes / day.manifestLines;
    expect(bytesPerLine).toBeLessThanOrEqual(profile.BYTES_PER_MANIFEST_LINE);
    expect(bytesPerLine).toBeGreaterThanOrEqual(profile.BYTES_PER_MANIFEST_LINE / 2);
  });

  it('stores no more bytes than the profile says', () => {
    const objects = runsWithEvents * profile.OBJECTS_FOR_EVENTS;
    expect(day.bytesOut).toBeLessThanOrEqual(
      objects * profile.BYTES_PER_OBJECT + day.archived * profile.BYTES_PER_EVENT,
    );
  });
});
