import type { ManifestLine } from '../../../../lambdas/contract/storage/manifest';
import { LOCAL_BUCKET } from '../../../../lib/local/local-deployment';
import { fileBackfill } from '../../../faults/backfill-job';
import { archivedIds, DAY_S, HOUR_S, loginAt, namelessAt, nowS, scheduledRuns } from '../../../faults/events';
import { manifestFaults } from '../../../faults/manifest-faults';
import { manifestLines } from '../../../manifest-chain';
import { NOW_S, Pipeline } from '../../../pipeline';
import { login } from '../../audit-events';

let pipeline: Pipeline;
afterEach(() => pipeline.stop());

/** A live feed that has caught up, a quarter of an hour ago. */
async function startPipeline(options: Parameters<typeof Pipeline.start>[0] = {}): Promise<void> {
  pipeline = await Pipeline.start(options);
  await pipeline.run({ startLookbackHours: 0 });
  pipeline.nextSchedule();
}

const lines = (): Promise<ManifestLine[]> => manifestLines(pipeline.aws.objects, LOCAL_BUCKET, 'netskope');

/** The run dies when it is about to write the page's line: what it has stored is not listed. */
async function dieBeforeListing(): Promise<void> {
  pipeline.interference = {
    ...pipeline.interference,
    beforeAws: ({ operation, key = '' }) =>
      operation === 'PutObject' && key.startsWith('manifest/') ? 'die' : undefined,
  };
  expect(await pipeline.run()).toEqual({ kind: 'died' });
  pipeline.interference = {};
  pipeline.nextSchedule();
}

describe('a page', () => {
  test('stands in the log as the runbook shows it', async () => {
    await startPipeline();
    const twice = loginAt('e1', { atS: 840 });
    pipeline.simulator.add([twice, twice, namelessAt('unit', 870)]);
    await pipeline.run();
    const { indexName } = await pipeline.checkpoint();
    const logged = pipeline.logged.map((line) => JSON.parse(line) as { readonly message: string });
    expect(logged.filter(({ message }) => message === 'page')[1]).toEqual({
      message: 'page',
      operation: 'next',
      indexName,
      sequence: 2,
      manifestLine: 2,
      received: 3,
      archived: 1,
      quarantined: 1,
      watermarkS: NOW_S + 870,
      lagS: 0,
      bytesIn: expect.any(Number) as unknown,
    });
  });

  test('that a run has stored and not listed before it died is listed by the next run, and not stored again', async () => {
    await startPipeline();
    pipeline.simulator.add([loginAt('e1', { atS: 800 }), namelessAt('unit', 801)]);
    await dieBeforeListing();
    expect(await pipeline.run()).toMatchObject({
      summary: { archived: 1, quarantined: 1, duplicatesDropped: 0 },
    });
    expect(await archivedIds(pipeline)).toEqual(['e1']);
    expect((await lines()).slice(1)).toMatchObject([
      { sequence: 2, received: 2, objects: [{ events: 1 }, { events: 1 }] },
    ]);
    expect(await manifestFaults(pipeline)).toEqual([]);
  });

  test('without events has a line in the manifest if it is the first of the day, and none in a backfill', async () => {
    await startPipeline();
    expect(await lines()).toMatchObject([{ runId: 'run-1', received: 0, objects: [] }]);
    await fileBackfill(pipeline, { from: 2, to: 1.75 });
    expect(await pipeline.run()).toMatchObject({
      summary: { pages: 1, backfill: { state: 'done', pages: 1 } },
    });
    expect(await lines()).toHaveLength(1);
  });

  test('whose events are all stored already has a line: it says what was received', async () => {
    await startPipeline();
    const event = loginAt('e1', { atS: 800 });
    pipeline.simulator.add([event]);
    await pipeline.run();
    pipeline.simulator.add([{ ...event, insertedAtS: NOW_S + 900 }]);
    pipeline.nextSchedule();
    await pipeline.run();
    expect((await lines()).slice(1)).toMatchObject([
      { received: 1, objects: [{ events: 1 }] },
      { received: 1, objects: [] },
    ]);
  });

  test('is listed under the next free number, where an object that is no line has taken one, and the log names it', async () => {
    await startPipeline();
    const key = 'manifest/netskope_audit/source=netskope/000000000002.json';
    await pipeline.aws.objects.put({
      bucket: LOCAL_BUCKET,
      key,
      body: Buffer.from('no line'),
      attributes: { contentType: 'application/json', userMetadata: {} },
      onlyIfAbsent: true,
    });
    pipeline.simulator.add([loginAt('e1', { atS: 800 })]);
    await pipeline.run();
    expect((await pipeline.checkpoint()).manifest?.number).toBe(3);
    const told = pipeline.logged.filter((line) => line.includes('are no lines of the manifest'));
    expect(told).toEqual([expect.stringContaining('"skipped":[')]);
  });

  test('over which the cursor jumps does not end an hour of a backfill: Netskope has forgotten the index', async () => {
    pipeline = await Pipeline.start();
    await pipeline.run({ startLookbackHours: 0 });
    const { indexName } = await fileBackfill(pipeline, { from: 4, to: 3.25 });
    const hourS = NOW_S - 4 * HOUR_S;
    const event = JSON.stringify(login('e1', hourS));
    const pages = [
      `{"ok":1,"wait_time":0,"result":[${event}],"timestamp_hwm":${hourS}}`,
      `{"ok":1,"wait_time":0,"result":[],"timestamp_hwm":${NOW_S}}`,
      `{"ok":1,"wait_time":0,"result":[${event}],"timestamp_hwm":${hourS}}`,
    ];
    const asked: string[] = [];
    pipeline.interference = {
      netskope: ({ index, operation }) => {
        if (!index.startsWith(indexName)) return undefined;
        const text = pages[asked.push(`${index.slice(indexName.length)} ${operation}`) - 1];
        return { kind: 'body', bytes: Buffer.from(text ?? '{"ok":1,"wait_time":0,"result":[]}') };
      },
    };
    await pipeline.run();
    expect(asked).toEqual([' 1794988800', ' next', '-b 1794988800', '-b next']);
  });
});

describe('hours of an open page', () => {
  test.each([
    ['three hours ahead of the feed', 3 * HOUR_S, [498_615]],
    ['as expected, within two hours ahead of the feed', 2 * HOUR_S, undefined],
    ['as expected, an hour behind the feed', -HOUR_S, undefined],
    ['two hours behind the feed', -2 * HOUR_S, [498_610]],
  ])(
    'hours of an open page are written down before it is stored, until the feed is beyond it: %s',
    async (_what, datedS, openHours) => {
      pipeline = await Pipeline.start();
      await pipeline.run({ startLookbackHours: 0 });
      pipeline.simulator.add([loginAt('e1', { atS: 0, datedS })]);
      pipeline.interference = {
        beforeAws: ({ operation, key = '' }) =>
          operation === 'PutObject' && key.startsWith('netskope_audit/') ? 'die' : undefined,
      };
      await scheduledRuns(pipeline, 1);
      expect((await pipeline.checkpoint()).openHours).toEqual(openHours);
      pipeline.interference = {};
      pipeline.clock.pass(4 * HOUR_S * 1000);
      for (const id of ['e2', 'e3']) {
        pipeline.simulator.add([loginAt(id, { atS: nowS(pipeline) })]);
        await scheduledRuns(pipeline, 4);
      }
      const { openHours: stillOpen, abandoned } = await pipeline.checkpoint();
      expect({ stillOpen, abandoned }).toEqual({});
      expect(await archivedIds(pipeline)).toEqual(['e1', 'e2', 'e3']);
    },
  );
});

describe('a page that stays unreadable', () => {
  const UNREADABLE = Buffer.from('no page');

  /** From the next answer on, a page that cannot be read is given up. */
  async function loseHope(): Promise<void> {
    const unreadable = { count: 4, sinceMs: pipeline.clock.nowMs() - 3_600_000 };
    await pipeline.checkpoints.save({ ...(await pipeline.checkpoint()), unreadable });
  }

  /** The first calls of the next run are answered with these bodies. */
  function answerWith(...bodies: readonly Buffer[]): void {
    let answers = 0;
    pipeline.interference = {
      netskope: () => {
        const bytes = bodies[answers++];
        return bytes === undefined ? undefined : { kind: 'body', bytes };
      },
    };
  }

  const keptPages = (): string[] =>
    pipeline.aws.objects.keys(LOCAL_BUCKET).filter((key) => key.startsWith('quarantine/pages/'));

  test('is kept as it was received, listed and counted, and the next one is asked for', async () => {
    await startPipeline();
    await loseHope();
    const requests = pipeline.simulator.requests.length;
    answerWith(UNREADABLE);
    expect(await pipeline.run()).toMatchObject({
      summary: { outcome: 'caught-up', pages: 2, archived: 0, quarantined: 1 },
    });
    expect(pipeline.simulator.requests.slice(requests).map(({ operation }) => operation)).toEqual([
      'next',
      'next',
    ]);
    const [key = ''] = keptPages();
    expect((await pipeline.aws.objects.read(LOCAL_BUCKET, key)).body).toEqual(UNREADABLE);
    expect((await lines()).slice(1)).toMatchObject([
      { sequence: 2, received: 0, objects: [{ key, events: 0, bytes: 7 }] },
    ]);
    expect(pipeline.metricValues('EventsQuarantined')).toEqual([1]);
    const { sequence, lastGivenUp, openPageKeys } = await pipeline.checkpoint();
    expect({ sequence, lastGivenUp, openPageKeys }).toEqual({
      sequence: 3,
      lastGivenUp: {
        atMs: pipeline.clock.nowMs(),
        readSince: true,
        ahead: { pages: 1, met: 1, placeS: 1_795_003_200 }, // the time has not moved: it is not beyond its place
      },
    });
    const told = pipeline.logged.filter((line) => line.includes('is kept in quarantine'));
    expect(told.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        message: 'a page that cannot be read is kept in quarantine',
        key,
        reason: expect.stringMatching(/^HTTP 200, but /) as unknown,
        bytes: 7,
      },
    ]);
  });

  test('in the same bytes as one of that day before it is counted once', async () => {
    await startPipeline();
    await loseHope();
    answerWith(UNREADABLE);
    await pipeline.run();
    await loseHope();
    answerWith(UNREADABLE);
    expect(await pipeline.run()).toMatchObject({ summary: { pages: 2, quarantined: 0 } });
    expect(keptPages()).toHaveLength(1);
    expect(pipeline.metricSum('EventsQuarantined')).toBe(1);
    expect(await manifestFaults(pipeline)).toEqual([]);
  });

  test.each([
    ['in the same bytes is kept, listed and counted once', UNREADABLE, 1],
    ['in other bytes is kept, listed and counted as two', Buffer.from('another'), 2],
  ])('and that a run has kept before it died, and then comes %s', async (_how, bytes, pages) => {
    await startPipeline();
    await loseHope();
    answerWith(UNREADABLE);
    await dieBeforeListing();
    answerWith(bytes);
    expect(await pipeline.run()).toMatchObject({ summary: { quarantined: pages } });
    expect(keptPages()).toHaveLength(pages);
    expect((await lines())[1]?.objects).toHaveLength(pages);
    expect(pipeline.metricSum('EventsQuarantined')).toBe(pages);
    expect(await manifestFaults(pipeline)).toEqual([]);
  });

  test('until a run has kept it and died, and then can be read, is listed and counted beside its events', async () => {
    await startPipeline();
    pipeline.simulator.add([loginAt('e1', { atS: 800 })]);
    await loseHope();
    answerWith(UNREADABLE);
    await dieBeforeListing();
    expect(await pipeline.run()).toMatchObject({ summary: { archived: 1 } });
    expect((await lines())[1]).toMatchObject({ received: 1, objects: [{ events: 0 }, { events: 1 }] });
    expect(pipeline.metricSum('EventsArchived')).toBe(1);
    expect(pipeline.metricSum('EventsQuarantined')).toBe(1);
    expect(await pipeline.checkpoint()).not.toHaveProperty('openPageKeys');
    expect(await manifestFaults(pipeline)).toEqual([]);
  });

  test('since a run has stored its events and died over them leaves them listed and counted, in whatever hours they lie', async () => {
    await startPipeline();
    pipeline.simulator.add([
      loginAt('now', { atS: 800 }),
      loginAt('an hour ahead', { atS: 800, datedS: HOUR_S }),
      loginAt('far ahead', { atS: 800, datedS: 400 * DAY_S }),
      loginAt('far behind', { atS: 800, datedS: -5 * DAY_S }),
      namelessAt('unit', 801),
    ]);
    await dieBeforeListing();
    await loseHope();
    answerWith(UNREADABLE);
    expect(await pipeline.run()).toMatchObject({ summary: { outcome: 'caught-up' } });
    expect((await pipeline.checkpoint()).totals).toEqual({ archived: 4, quarantined: 1, drifted: 0 });
    expect(pipeline.metricSum('EventsArchived')).toBe(4);
    expect(pipeline.metricSum('EventsQuarantined')).toBe(2); // the event, and the page
    expect((await lines())[1]).toMatchObject({ sequence: 2, received: 0 });
    expect((await lines())[1]?.objects.map(({ events }) => events)).toEqual([1, 1, 1, 1, 1, 0]);
    expect(await manifestFaults(pipeline)).toEqual([]);
  });
});
