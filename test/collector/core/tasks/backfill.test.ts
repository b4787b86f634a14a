import type { SimulatedEvent } from '../../../../lib/local/netskope-simulator/event-log';
import type { SimulatorOptions } from '../../../../lib/local/netskope-simulator/simulator-options';
import {
  cancelBackfill,
  fileBackfill,
  hoursAgoS,
  scheduledRun,
  storedBackfill,
  workOff,
} from '../../../faults/backfill-job';
import { manifestFaults } from '../../../faults/manifest-faults';
import { NOW_S, Pipeline } from '../../../pipeline';
import { simulatedLogin } from '../../audit-events';

let pipeline: Pipeline;
afterEach(() => pipeline.stop());

/** A pipeline whose live feed has collected the last hours. */
async function startPipeline(
  events: readonly SimulatedEvent[],
  { startLookbackHours = 1, ...options }: Partial<SimulatorOptions> & { startLookbackHours?: number } = {},
): Promise<void> {
  pipeline = await Pipeline.start(options);
  pipeline.simulator.add(events);
  await pipeline.run({ startLookbackHours });
}

const loginAt = (hoursAgo: number): SimulatedEvent => simulatedLogin(`e${hoursAgo}`, hoursAgoS(hoursAgo));

/** An event for the quarantine. */
function nameless(hoursAgo: number): SimulatedEvent {
  const { text, timestampS, insertedAtS } = simulatedLogin('', hoursAgoS(hoursAgo), {
    _id: undefined,
    organization_unit: `hour ${hoursAgo}`,
  });
  return { text, timestampS, insertedAtS };
}

async function expectEveryEventStoredOnce(): Promise<void> {
  const texts = pipeline.simulator.events.map(({ text }) => text);
  expect((await pipeline.storedTexts()).sort()).toEqual(texts.sort());
  expect(await manifestFaults(pipeline)).toEqual([]);
}

const requestsOn = (indexName: string): string[] =>
  pipeline.simulator.requests.filter(({ index }) => index === indexName).map(({ operation }) => operation);

describe('a backfill', () => {
  test('stores exactly what archive and quarantine lack, once, on an index of its own', async () => {
    const missing = [loginAt(9), nameless(8), loginAt(6)];
    await startPipeline([...missing, loginAt(4), nameless(3), loginAt(2)], { startLookbackHours: 5 });
    const live = await pipeline.checkpoint();
    await fileBackfill(pipeline, { from: 10, to: 1 });
    const runs = await workOff(pipeline);
    // Ten hours; after events each is read on until a page lies behind it, and what lies there is met once more.
    expect(runs).toEqual([{ state: 'done', pages: 18, archived: 2, quarantined: 1, alreadyHeld: 7 }]);
    expect(await storedBackfill(pipeline)).toMatchObject({
      totals: { archived: 2, quarantined: 1, drifted: 0 },
      backfill: { state: 'done', alreadyHeld: 7, endedAtMs: NOW_S * 1000 + 300_000 },
    });
    await expectEveryEventStoredOnce();
    const { indexName, totals } = await pipeline.checkpoint();
    expect({ indexName, totals }).toEqual({ indexName: live.indexName, totals: live.totals });
    expect((await storedBackfill(pipeline)).indexName).not.toBe(indexName);
  });

  test('takes the time a live feed leaves, which goes on: its events come first, in every run', async () => {
    await startPipeline([loginAt(9), loginAt(5)], { waitTimeS: 240 });
    await fileBackfill(pipeline, { from: 10, to: 1 });
    for (const run of [1, 2, 3])
      pipeline.simulator.add([simulatedLogin(`new-${run}`, NOW_S + run * 540 - 250)]);
    const ends = [await scheduledRun(pipeline), await scheduledRun(pipeline), await scheduledRun(pipeline)];
    expect(ends).toMatchObject([
      { summary: { outcome: 'caught-up', archived: 1, backfill: { state: 'open', pages: 2, archived: 1 } } },
      { summary: { outcome: 'caught-up', archived: 1, backfill: { state: 'open', pages: 2, archived: 0 } } },
      { summary: { outcome: 'caught-up', archived: 1, backfill: { state: 'open', pages: 2, archived: 0 } } },
    ]);
    await workOff(pipeline);
    await expectEveryEventStoredOnce();
  });

  test('up to the present comes to its end where Netskope audits the calls that read it, be its clock slow', async () => {
    await startPipeline([loginAt(2)], { auditsItsOwnApi: true, waitTimeS: 1 });
    pipeline.simulator.skewMs = -300_000;
    await fileBackfill(pipeline, { from: 3, to: 0 });
    pipeline.clock.pass(300_000);
    expect(await pipeline.run()).toMatchObject({ summary: { backfill: { state: 'done' } } });
  });

  test('waits where the live feed needs the time of a run for itself', async () => {
    await startPipeline([loginAt(9)], { pageSize: 1, waitTimeS: 1 });
    const filed = await fileBackfill(pipeline, { from: 10, to: 1 });
    pipeline.simulator.add([simulatedLogin('new-1', NOW_S + 100), simulatedLogin('new-2', NOW_S + 200)]);
    pipeline.clock.pass(300_000);
    const end = await pipeline.run({ timeoutMs: 150_500 }); // time for one page
    expect(end).toMatchObject({ summary: { outcome: 'more-to-come', pages: 1, archived: 1 } });
    expect(await storedBackfill(pipeline)).toEqual(filed);
  });

  test('is no sign of life: in a day without events the live feed announces none, whatever a backfill stores', async () => {
    await startPipeline([12, 10, 8, 6, 4].map(loginAt), { waitTimeS: 20 });
    const announcedBefore = pipeline.metricValues('EventsArchived').length;
    await fileBackfill(pipeline, { from: 13, to: 1 });
    for (let runs = 0; runs < 24; runs++) {
      pipeline.clock.pass(3_300_000);
      await pipeline.run();
    }
    expect((await storedBackfill(pipeline)).totals.archived).toBe(5);
    expect(pipeline.metricValues('EventsArchived').slice(announcedBefore)).toEqual(Array(24).fill(0));
    expect(pipeline.metricSum('EventsQuarantined')).toBe(0);
  });

  test('reads a little beyond its end, for events surface some minutes after they happened', async () => {
    const late = { ...simulatedLogin('late', hoursAgoS(5) - 10), insertedAtS: hoursAgoS(5) + 600 };
    await startPipeline([late]);
    await fileBackfill(pipeline, { from: 7, to: 5 });
    await workOff(pipeline);
    await expectEveryEventStoredOnce();
  });

  test('can be filed again when it is over, on another index', async () => {
    await startPipeline([loginAt(9), loginAt(6)]);
    await fileBackfill(pipeline, { from: 10, to: 8 });
    await workOff(pipeline);
    const { indexName, version } = await storedBackfill(pipeline);
    const second = await fileBackfill(pipeline, { from: 10, to: 5 });
    expect(second.version).toBe(version + 1);
    expect(second.indexName).not.toBe(indexName);
    expect(await workOff(pipeline)).toMatchObject([{ state: 'done', archived: 1, alreadyHeld: 1 }]);
    await expectEveryEventStoredOnce();
  });

  test('is filed by one of two operators who file at the same moment; the other is refused', async () => {
    await startPipeline([]);
    const ends = await Promise.allSettled([
      fileBackfill(pipeline, { from: 10, to: 8 }),
      fileBackfill(pipeline, { from: 10, to: 8 }),
    ]);
    const [filed, refused] = ends.sort(({ status }) => (status === 'fulfilled' ? -1 : 1));
    expect(filed).toEqual({ status: 'fulfilled', value: await storedBackfill(pipeline) });
    expect(refused).toMatchObject({ reason: { name: 'CheckpointConflictError' } });
  });
});

test('a source without a backfill is collected, and its runs tell of none', async () => {
  await startPipeline([]);
  const end = await scheduledRun(pipeline);
  expect(end).toMatchObject({ summary: { outcome: 'caught-up' } });
  expect(end.kind === 'returned' && end.summary).not.toHaveProperty('backfill');
});

describe('a backfill that fails', () => {
  test('fails the run, remembers when and why, and goes on with the next', async () => {
    await startPipeline([loginAt(9)]);
    const { indexName } = await fileBackfill(pipeline, { from: 10, to: 8 });
    pipeline.interference = {
      netskope: ({ index }) => (index === indexName ? { kind: 'forbidden', body: 'text' } : undefined),
    };
    expect(await scheduledRun(pipeline)).toMatchObject({ error: { name: 'CredentialError' } });
    const { backfill } = await storedBackfill(pipeline);
    expect(backfill.failure).toEqual({
      atMs: NOW_S * 1000 + 300_000,
      reason: 'HTTP 403, the body is text/plain, not JSON',
    });
    pipeline.interference = {};
    expect(await workOff(pipeline)).toMatchObject([{ state: 'done', archived: 1 }]);
    expect((await storedBackfill(pipeline)).backfill).not.toHaveProperty('failure');
  });

  test('because the table refuses it fails as itself, and the log has what could not be remembered', async () => {
    await startPipeline([loginAt(9)]);
    const filed = await fileBackfill(pipeline, { from: 10, to: 8 });
    pipeline.interference = {
      beforeAws: ({ operation, body }) =>
        operation === 'PutItem' && body.toString().includes('#backfill')
          ? { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'no' }
          : undefined,
    };
    expect(await scheduledRun(pipeline)).toMatchObject({ error: { name: 'CheckpointError' } });
    expect(pipeline.logged).toContain(
      '{"message":"the failure of the backfill could not be remembered","reason":"CheckpointError: the checkpoint of netskope#audit#backfill could not be written to table netskope-audit-checkpoints"}',
    );
    expect(await storedBackfill(pipeline)).toEqual(filed);
    expect(await pipeline.checkpoint()).not.toHaveProperty('lease');
  });
});

describe('a backfill goes on where its index is in doubt', () => {
  test('when nobody asked for more than a day: it begins again at its hour, on the other index name', async () => {
    await startPipeline([9, 7, 5, 3].map(loginAt), { waitTimeS: 240, forgetsIndexAfterMs: 24 * 3_600_000 });
    const { indexName } = await fileBackfill(pipeline, { from: 10, to: 2 });
    await scheduledRun(pipeline);
    const { stepS } = (await storedBackfill(pipeline)).backfill;
    pipeline.clock.pass(25 * 3_600_000);
    const asked = requestsOn(indexName).length;
    await workOff(pipeline);
    expect(stepS).toBe(hoursAgoS(9));
    expect(requestsOn(indexName)).toHaveLength(asked);
    expect(requestsOn(`${indexName}-b`)[0]).toBe(String(hoursAgoS(9)));
    await expectEveryEventStoredOnce();
  });

  test('when Netskope has forgotten the index: the jump of the cursor is not taken for the end', async () => {
    await startPipeline([20, 17, 14, 11, 8].map(loginAt), { waitTimeS: 240, forgetsIndexAfterMs: 600_000 });
    await fileBackfill(pipeline, { from: 21, to: 6 });
    expect(await scheduledRun(pipeline)).toMatchObject({
      summary: { backfill: { state: 'open', pages: 2 } },
    });
    pipeline.clock.pass(600_000);
    await workOff(pipeline);
    await expectEveryEventStoredOnce();
  });

  test('when an empty page comes without a watermark: it is not taken for the end', async () => {
    await startPipeline([loginAt(9), loginAt(5)]);
    const { indexName } = await fileBackfill(pipeline, { from: 10, to: 4 });
    let pages = 0;
    pipeline.interference = {
      netskope: ({ index }) =>
        index === indexName && ++pages === 3 ? { kind: 'envelope', omitWatermark: true } : undefined,
    };
    expect(await workOff(pipeline)).toMatchObject([{ state: 'done', archived: 2 }]);
    await expectEveryEventStoredOnce();
  });
});

describe('a cancelled backfill', () => {
  test('asks for nothing any more, and what it has stored stays', async () => {
    await startPipeline([9, 8, 4, 3].map(loginAt), { waitTimeS: 240 });
    const { indexName } = await fileBackfill(pipeline, { from: 10, to: 2 });
    await scheduledRun(pipeline);
    await cancelBackfill(pipeline);
    const asked = requestsOn(indexName).length;
    const end = await scheduledRun(pipeline);
    expect(end.kind === 'returned' && end.summary).not.toHaveProperty('backfill');
    expect(requestsOn(indexName)).toHaveLength(asked);
    expect(await pipeline.archived()).toHaveLength(1);
    expect(await manifestFaults(pipeline)).toEqual([]);
  });

  test('stops in the middle of a page: the run ends well, and the page is stored and listed', async () => {
    await startPipeline([9, 8, 4].map(loginAt));
    const { indexName } = await fileBackfill(pipeline, { from: 10, to: 2 });
    pipeline.simulator.hooks = {
      moved: async ({ index }) => {
        if (index !== indexName) return;
        pipeline.simulator.hooks = {};
        await cancelBackfill(pipeline);
      },
    };
    expect(await scheduledRun(pipeline)).toMatchObject({
      summary: { outcome: 'caught-up', backfill: { state: 'cancelled' } },
    });
    expect((await storedBackfill(pipeline)).backfill.state).toBe('cancelled');
    expect(pipeline.logged).toContain(
      '{"message":"the backfill was changed by somebody else","streamId":"netskope#audit#backfill"}',
    );
    expect(await pipeline.checkpoint()).not.toHaveProperty('lease');
    expect(await manifestFaults(pipeline)).toEqual([]);
    expect(requestsOn(indexName)).toHaveLength(1);
  });

  test('asks for nothing, where no run has come to it, be it filed by a version that did not note its beginning', async () => {
    await startPipeline([loginAt(9)]);
    await fileBackfill(pipeline, { from: 10, to: 8 });
    const cancelled = await cancelBackfill(pipeline);
    await pipeline.checkpoints.save({ ...cancelled, begunAtMs: undefined });
    const end = await scheduledRun(pipeline);
    expect(end).toMatchObject({ summary: { outcome: 'caught-up' } });
    expect(end.kind === 'returned' && end.summary).not.toHaveProperty('backfill');
  });

  /** A backfill that is cancelled after a run has died over its first page, which was stored and not listed. */
  async function startWithOpenPage(): Promise<{ readonly indexName: string; readonly restMs: number }> {
    await startPipeline([loginAt(9)]);
    const { indexName } = await fileBackfill(pipeline, { from: 10, to: 8 });
    let isStored = false;
    pipeline.interference = {
      beforeAws: ({ operation, key = '' }) => {
        isStored ||= operation === 'PutObject' && key.startsWith('netskope_audit/');
        return isStored && key.startsWith('manifest/') ? 'die' : undefined;
      },
    };
    expect(await scheduledRun(pipeline)).toEqual({ kind: 'died' });
    pipeline.interference = {};
    const { restUntilMs = 0 } = await cancelBackfill(pipeline);
    return { indexName, restMs: restUntilMs - pipeline.clock.nowMs() };
  }

  test('finishes a page that a run has stored before it died, when the rest is over, and no more', async () => {
    const { indexName, restMs } = await startWithOpenPage();
    await pipeline.checkpoints.save({ ...(await pipeline.checkpoint()), lease: undefined });
    pipeline.clock.pass(restMs - 1);
    const resting = await pipeline.run();
    expect(resting).toMatchObject({ summary: { outcome: 'caught-up' } });
    expect(resting.kind === 'returned' && resting.summary).not.toHaveProperty('backfill');
    pipeline.clock.pass(1);
    expect(await pipeline.run()).toMatchObject({
      summary: { backfill: { state: 'cancelled', pages: 1, archived: 1, quarantined: 0, alreadyHeld: 0 } },
    });
    expect(pipeline.logged.filter((line) => line.includes('is given up'))).toEqual([]);
    await expectEveryEventStoredOnce();
    const asked = requestsOn(indexName).length;
    const after = await scheduledRun(pipeline);
    expect(after.kind === 'returned' && after.summary).not.toHaveProperty('backfill');
    expect(requestsOn(indexName)).toHaveLength(asked);
  });

  test('gives its last page up where Netskope refuses it; the log says so, and nobody asks again', async () => {
    const { indexName, restMs } = await startWithOpenPage();
    pipeline.clock.pass(restMs + 600_000);
    pipeline.interference = {
      netskope: ({ index }) => (index === indexName ? { kind: 'stall', served: 'never' } : undefined),
    };
    expect(await pipeline.run()).toMatchObject({ summary: { backfill: { state: 'cancelled', pages: 0 } } });
    expect(pipeline.logged.filter((line) => line.includes('is given up'))).toEqual([
      expect.stringMatching(
        /^\{"message":"the last page of a cancelled backfill is given up","reason":"UpstreamUnavailableError: no answer/,
      ),
    ]);
    const stored = await storedBackfill(pipeline);
    expect(stored.phase).toBe('settled');
    expect(stored).not.toHaveProperty('restUntilMs');
    const asked = requestsOn(indexName).length;
    await scheduledRun(pipeline);
    expect(requestsOn(indexName)).toHaveLength(asked);
  });

  test('leaves its last page to whoever files the next one meanwhile, and the run ends well', async () => {
    const { indexName, restMs } = await startWithOpenPage();
    pipeline.clock.pass(restMs + 600_000);
    pipeline.simulator.hooks = {
      moved: async ({ index }) => {
        if (index !== indexName) return;
        pipeline.simulator.hooks = {};
        await fileBackfill(pipeline, { from: 10, to: 8 });
      },
    };
    expect(await pipeline.run()).toMatchObject({
      summary: { outcome: 'caught-up', backfill: { state: 'cancelled', pages: 1 } },
    });
    expect(await storedBackfill(pipeline)).toMatchObject({ phase: 'unstarted', backfill: { state: 'open' } });
    await workOff(pipeline);
    await expectEveryEventStoredOnce();
  });
});
