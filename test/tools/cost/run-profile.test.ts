import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { ITERATOR_PROTOCOL } from '../../../lambdas/collector/core/protocol/iterator';
import type { AwsCall } from '../../../lib/local/aws/wire/aws-call';
import { LOCAL_BUCKET } from '../../../lib/local/local-deployment';
import { generateAuditEvents } from '../../../lib/local/netskope-simulator/events/audit-events';
import * as recheckProfile from '../../../lib/tools/cost/recheck-usage';
import * as profile from '../../../lib/tools/cost/run-profile';
import { Pipeline } from '../../pipeline';
import { itemBytes } from './item-bytes';

/** Hours of a day that are replayed: the counts grow with the runs, and the objects that a run reads with those of its hour. */
const HOURS = 8;
const RUNS_AN_HOUR = 12;
const RUNS = HOURS * RUNS_AN_HOUR;
const SCHEDULE_MS = 300_000;
const SECONDS_PER_DAY = 86_400;

/** Waits as in published answers of Netskope: a second after a full page, else five seconds. */
function waitTimeS(eventCount: number): number {
  return eventCount === 10_000 ? 1 : 5;
}

/** A tenant has next to no quarantined events; each page with one is compared with the whole quarantine. */
const ANOMALY_SHARE = 0;

const AS_DEPLOYED = { dailyRecheck: true, scheduleMinutes: SCHEDULE_MS / 60_000 };

/** Whether the recheck begins here: it is the last to read its item, except for a backfill. */
function beginsRecheck({ operation, body }: AwsCall): boolean {
  return operation === 'GetItem' && body.includes('#recheck');
}

/** The AWS calls of hours of scheduled runs, without the recheck that is due at the end of the day. */
async function replayHours(eventCount: number) {
  const pipeline = await Pipeline.start({ waitTimeS });
  const callCounts: Record<string, number> = {};
  const replayed = {
    runsWithEvents: 0,
    waitedMs: 0,
    bytesOut: 0,
    archived: 0,
    largestItemBytes: 0,
    manifestLines: 0,
    manifestBytes: 0,
  };
  try {
    await pipeline.run(AS_DEPLOYED);
    const fromEpochS = Math.floor(pipeline.clock.nowMs() / 1000);
    const toEpochS = fromEpochS + HOURS * 3600;
    pipeline.simulator.add(
      generateAuditEvents({
        anomalyShare: ANOMALY_SHARE,
        seed: eventCount,
        count: eventCount,
        fromEpochS,
        toEpochS,
      }),
    );
    pipeline.interference = {
      beforeAws: ({ operation, key, body }) => {
        callCounts[operation] = (callCounts[operation] ?? 0) + 1;
        if (operation === 'PutObject' && key?.startsWith('manifest/netskope_audit/')) {
          replayed.manifestLines++;
          replayed.manifestBytes += body.length;
        }
        if (operation === 'PutItem') {
          const { Item } = JSON.parse(body.toString('utf8')) as { Item: Record<string, AttributeValue> };
          replayed.largestItemBytes = Math.max(replayed.largestItemBytes, itemBytes(Item));
        }
        return undefined;
      },
    };
    for (let run = 0; run < RUNS; run++) {
      pipeline.clock.pass(SCHEDULE_MS);
      const startedAtMs = pipeline.clock.nowMs();
      const end = await pipeline.run({ ...AS_DEPLOYED, dailyRecheck: false });
      if (end.kind !== 'returned') throw new Error(`run ${run} ${end.kind}; expected it to return`);
      replayed.waitedMs += pipeline.clock.nowMs() - startedAtMs;
      replayed.bytesOut += end.summary.bytesOut;
      replayed.archived += end.summary.archived;
      if (end.summary.archived > 0) replayed.runsWithEvents++;
    }
  } finally {
    await pipeline.stop();
  }
  return { ...replayed, callCounts };
}

describe.each([
  { eventsADay: 300, eventCount: 100, runsWithEvents: 70 },
  { eventsADay: 30_000, eventCount: 10_000, runsWithEvents: 96 },
])('eight hours of a day with $eventsADay events', ({ eventCount, runsWithEvents }) => {
  let replayed: Awaited<ReturnType<typeof replayHours>>;

  beforeAll(async () => {
    replayed = await replayHours(eventCount);
  });

  it('has events in the expected number of runs', () => {
    expect(replayed.runsWithEvents).toBe(runsWithEvents);
  });

  it('makes no more AWS calls than the profile says, and at least two fifths of them', () => {
    const expected: Record<string, number> = {
      ...profile.CALLS_OF_A_RUN,
      ListObjectsV2: 0,
      GetObject: 0,
      PutObject: 0,
    };
    for (const name of Object.keys(expected)) expected[name] = (expected[name] ?? 0) * RUNS;
    for (const [name, calls] of Object.entries(profile.CALLS_FOR_EVENTS))
      expected[name] = (expected[name] ?? 0) + calls * runsWithEvents;
    expected.PutItem =
      (expected.PutItem ?? 0) + runsWithEvents * profile.furtherPagesFor(eventCount / runsWithEvents);
    expected.GetObject = runsWithEvents * RUNS_AN_HOUR * profile.OBJECTS_READ_PER_RUN_IN_THE_HOUR;

    expect(Object.keys(replayed.callCounts).sort()).toEqual(Object.keys(expected).sort());
    for (const [name, calls] of Object.entries(expected)) {
      expect({ name, calls: replayed.callCounts[name] }).toEqual({
        name,
        calls: expect.any(Number) as number,
      });
      expect(replayed.callCounts[name]).toBeLessThanOrEqual(calls);
      expect(replayed.callCounts[name]).toBeGreaterThanOrEqual(calls * 0.4);
    }
  });

  it('writes a checkpoint that fits into one write unit', () => {
    expect(replayed.largestItemBytes).toBeLessThan(1024);
  });

  it('waits for Netskope no longer than the profile says', () => {
    const furtherPages = runsWithEvents * profile.furtherPagesFor(eventCount / runsWithEvents);
    expect(replayed.waitedMs / 1000).toBeLessThanOrEqual(furtherPages * profile.SECONDS_OF_A_FURTHER_PAGE);
  });

  it('lists its objects in lines that are at most as long as the profile says, and at least half as long', () => {
    const bytesPerLine = replayed.manifestBytes / replayed.manifestLines;
    expect(bytesPerLine).toBeLessThanOrEqual(profile.BYTES_PER_MANIFEST_LINE);
    expect(bytesPerLine).toBeGreaterThanOrEqual(profile.BYTES_PER_MANIFEST_LINE / 2);
  });

  it('stores no more bytes than the profile says', () => {
    const objects = runsWithEvents * profile.OBJECTS_FOR_EVENTS;
    expect(replayed.bytesOut).toBeLessThanOrEqual(
      objects * profile.BYTES_PER_OBJECT + replayed.archived * profile.BYTES_PER_EVENT,
    );
  });
});

test('a page that may be full is one of the size that the collector takes for it', () => {
  const { smallestFullPage } = ITERATOR_PROTOCOL;
  expect(profile.furtherPagesFor(smallestFullPage - 1)).toBe(0);
  expect(profile.furtherPagesFor(smallestFullPage)).toBe(0.25);
});

/** The AWS calls of a source's first recheck: of 42 hours, because the six before are left to the next one. */
async function replayRecheck(eventCount: number) {
  const pipeline = await Pipeline.start({ waitTimeS });
  const callCounts: Record<string, number> = {};
  const recheck = { pages: 0, waitedMs: 0, recovered: 0 };
  try {
    const nowS = Math.floor(pipeline.clock.nowMs() / 1000);
    const day = { fromEpochS: nowS - SECONDS_PER_DAY, toEpochS: nowS };
    pipeline.simulator.add(
      generateAuditEvents({ anomalyShare: ANOMALY_SHARE, seed: eventCount, count: eventCount, ...day }),
    );
    await pipeline.run(AS_DEPLOYED);
    const nextDay = { fromEpochS: nowS, toEpochS: nowS + SECONDS_PER_DAY };
    pipeline.simulator.add(
      generateAuditEvents({
        anomalyShare: ANOMALY_SHARE,
        seed: eventCount + 1,
        count: eventCount,
        ...nextDay,
      }),
    );
    pipeline.clock.pass(SECONDS_PER_DAY * 1000);
    let beganAtMs: number | undefined;
    pipeline.interference = {
      beforeAws: (call) => {
        if (beginsRecheck(call)) beganAtMs = pipeline.clock.nowMs();
        else if (call.operation === 'GetSecretValue') beganAtMs = undefined;
        if (beganAtMs !== undefined) callCounts[call.operation] = (callCounts[call.operation] ?? 0) + 1;
        return undefined;
      },
    };
    for (let state = 'open'; state === 'open'; pipeline.clock.pass(SCHEDULE_MS)) {
      const startedAtMs = pipeline.clock.nowMs();
      const end = await pipeline.run(AS_DEPLOYED);
      if (end.kind !== 'returned') throw new Error(`a run ${end.kind}; expected it to return`);
      const { summary } = end;
      recheck.pages += summary.recheck?.pages ?? 0;
      recheck.recovered += summary.recheck?.recovered ?? 0;
      recheck.waitedMs += summary.pages > 1 ? 0 : pipeline.clock.nowMs() - startedAtMs;
      state = summary.recheck?.state ?? 'open';
    }
    const objects = pipeline.aws.objects.keys(LOCAL_BUCKET);
    return {
      ...recheck,
      callCounts,
      objects: objects.filter((key) => key.startsWith('netskope_audit/')).length,
    };
  } finally {
    await pipeline.stop();
  }
}

describe.each([300, 3_000])('the recheck of days with %i events', (eventCount) => {
  /** 42 hours, and a quarter of one more. */
  const STEPS = 43;
  let recheck: Awaited<ReturnType<typeof replayRecheck>>;

  beforeAll(async () => {
    recheck = await replayRecheck(eventCount);
  });

  it('finds nothing if nothing is missing', () => {
    expect(recheck.recovered).toBe(0);
  });

  it('requests no more pages from Netskope than the profile says, and at least half of them', () => {
    expect(recheck.pages).toBeLessThanOrEqual(STEPS * recheckProfile.PAGES_OF_A_STEP);
    expect(recheck.pages).toBeGreaterThanOrEqual((STEPS * recheckProfile.PAGES_OF_A_STEP) / 2);
  });

  it('makes no more AWS calls than the profile says, and at least half of them', () => {
    const { GetItem = 0, ...callCounts } = recheck.callCounts;
    const expected: Record<string, number> = { ...recheckProfile.CALLS_OF_A_PAGE };
    for (const name of Object.keys(expected)) expected[name] = (expected[name] ?? 0) * recheck.pages;
    expected.GetObject = (recheck.objects * recheckProfile.READS_OF_AN_OBJECT) / 2;

    expect(GetItem).toBeLessThanOrEqual(3); // one per run
    expect(Object.keys(callCounts).sort()).toEqual(Object.keys(expected).sort());
    for (const [name, calls] of Object.entries(expected)) {
      expect({ name, calls: callCounts[name] }).toEqual({ name, calls: expect.any(Number) as number });
      expect(callCounts[name]).toBeLessThanOrEqual(calls);
      expect(callCounts[name]).toBeGreaterThanOrEqual(calls / 2);
    }
  });

  it('waits for Netskope no longer than the profile says', () => {
    expect(recheck.waitedMs / 1000).toBeLessThanOrEqual(
      recheck.pages * (recheckProfile.SECONDS_OF_A_PAGE - 1),
    );
  });
});
