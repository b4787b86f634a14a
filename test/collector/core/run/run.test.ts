import type { AwsCall, AwsFault } from '../../../../lib/local/aws/wire/aws-call';
import type { SimulatorOptions } from '../../../../lib/local/netskope-simulator/simulator-options';
import { fileBackfill, storedBackfill } from '../../../faults/backfill-job';
import { storedRecheck } from '../../../faults/recheck-job';
import { NOW_S, Pipeline } from '../../../pipeline';
import { simulatedLogin } from '../../audit-events';

const HOUR_MS = 3_600_000;
const RESET: AwsFault = { kind: 'reset' };
const DENIED: AwsFault = { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'no' };

let running: Pipeline[] = [];
afterEach(async () => {
  await Promise.all(running.map((pipeline) => pipeline.stop()));
  running = [];
});

async function startPipeline(options: Partial<SimulatorOptions> = {}): Promise<Pipeline> {
  const pipeline = await Pipeline.start(options);
  running.push(pipeline);
  return pipeline;
}

/** A pipeline that has caught up, and one event that waits at Netskope. */
async function startIdlePipeline(): Promise<Pipeline> {
  const pipeline = await startPipeline();
  await pipeline.run({ startLookbackHours: 0 });
  pipeline.nextSchedule();
  pipeline.simulator.add([simulatedLogin('e1', NOW_S + 900)]);
  return pipeline;
}

async function archivedIds(pipeline: Pipeline): Promise<string[]> {
  const lines = await pipeline.archived();
  return lines.map(({ line }) => (JSON.parse(line) as { _id: string })._id).sort();
}

const operations = (pipeline: Pipeline): string[] =>
  pipeline.simulator.requests.map(({ operation }) => operation);

/** Counts the calls of one operation, and lets the nth of them have an outcome. */
function atNth(operation: string, nth: number, outcome: AwsFault | 'die') {
  let calls = 0;
  return (call: AwsCall): AwsFault | 'die' | undefined =>
    call.operation === operation && ++calls === nth ? outcome : undefined;
}

describe('the lease', () => {
  test('of a run that may still live keeps another from beginning; when it has expired the stream goes on', async () => {
    const pipeline = await startIdlePipeline();
    pipeline.interference = { beforeAws: atNth('PutObject', 1, 'die') };
    expect(await pipeline.run()).toEqual({ kind: 'died' });
    const requests = pipeline.simulator.requests.length;
    const points = pipeline.aws.metrics.all().length;

    pipeline.clock.pass(659_999);
    expect(await pipeline.run()).toMatchObject({ summary: { outcome: 'already-running', pages: 0 } });
    expect(pipeline.simulator.requests).toHaveLength(requests);
    expect(pipeline.aws.metrics.all()).toHaveLength(points);

    pipeline.clock.pass(1);
    expect(await pipeline.run()).toMatchObject({ summary: { outcome: 'caught-up', archived: 1 } });
    expect(await archivedIds(pipeline)).toEqual(['e1']);
  });

  test('is given back by a run that failed', async () => {
    const pipeline = await startIdlePipeline();
    pipeline.interference = { netskope: () => ({ kind: 'not-found' }) };
    expect(await pipeline.run()).toMatchObject({ error: { name: 'UpstreamContractError' } });
    expect(await pipeline.checkpoint()).not.toHaveProperty('lease');
    pipeline.interference = {};
    expect(await pipeline.run()).toMatchObject({ summary: { outcome: 'caught-up', archived: 1 } });
  });

  test('that a run has outlived and lost fails its next write, and every event is stored once', async () => {
    const pipeline = await startIdlePipeline();
    let rival: unknown;
    const { hooks } = pipeline.simulator;
    pipeline.simulator.hooks = {
      moved: async () => {
        pipeline.simulator.hooks = hooks;
        pipeline.clock.pass(700_000);
        rival = await pipeline.run();
      },
    };
    expect(await pipeline.run()).toMatchObject({ error: { name: 'CheckpointConflictError' } });
    expect(rival).toMatchObject({ summary: { outcome: 'caught-up', archived: 1 } });
    expect(await archivedIds(pipeline)).toEqual(['e1']);
    expect(pipeline.metricValues('EventsArchived')).toEqual([0, 1]); // of the run before, and of the rival
    expect(await pipeline.checkpoint()).toMatchObject({ writer: 'run-3', totals: { archived: 1 } });
  });

  test('goes to one of two runs that begin at the same moment', async () => {
    const pipeline = await startIdlePipeline();
    const ends = await Promise.all([pipeline.run(), pipeline.run()]);
    const outcomes = ends.map((end) => (end.kind === 'returned' ? end.summary.outcome : end.kind));
    expect(outcomes.sort()).toEqual(['already-running', 'caught-up']);
    expect(await archivedIds(pipeline)).toEqual(['e1']);
  });

  test('goes to one of them also if no time is left for a call', async () => {
    const pipeline = await startIdlePipeline();
    let hasPassed = false;
    pipeline.interference = {
      beforeAws: ({ operation }) => {
        if (operation === 'BatchGetItem' && !hasPassed) pipeline.clock.pass(450_001);
        hasPassed ||= operation === 'BatchGetItem';
        return undefined;
      },
    };
    const ends = await Promise.all([pipeline.run(), pipeline.run()]);
    const outcomes = ends.map((end) => (end.kind === 'returned' ? end.summary.outcome : end.kind));
    expect(outcomes.sort()).toEqual(['already-running', 'more-to-come']);
  });
});

test.each([
  ['as long as a call may still be running at Netskope', 1, { outcome: 'resting', pages: 0 }],
  ['no longer when that is over', 0, { outcome: 'caught-up', pages: 1 }],
])('a run asks nothing %s', async (_when, restMs, summary) => {
  const pipeline = await startIdlePipeline();
  const restUntilMs = pipeline.clock.nowMs() + restMs;
  await pipeline.checkpoints.save({ ...(await pipeline.checkpoint()), restUntilMs });
  expect(await pipeline.run()).toMatchObject({ summary });
});

test('a run notes in a backfill, too, that it was the one that wrote', async () => {
  const pipeline = await startPipeline();
  await pipeline.run({ startLookbackHours: 0 });
  await fileBackfill(pipeline, { from: 2, to: 1.5 });
  await pipeline.run();
  expect(await storedBackfill(pipeline)).toMatchObject({ writer: 'run-2', backfill: { state: 'done' } });
});

test.each([
  ['due a day later, where there is one', true, 1_795_089_600_000],
  ['not due, where it is switched off', false, undefined],
])(
  'with the first run of a source its daily recheck begins: it is %s',
  async (_when, dailyRecheck, dueAtMs) => {
    const pipeline = await startPipeline();
    await pipeline.run({ startLookbackHours: 0, dailyRecheck });
    expect((await pipeline.checkpoint()).recheckDueAtMs).toBe(dueAtMs);
  },
);

test.each([
  ['four minutes to a recheck that is overdue by half a day', 1, 3, 'done'],
  ['nothing to one that is not', 0, 5, undefined],
])('of its time a live feed with a backlog leaves %s', async (_what, overdueMs, pages, recheck) => {
  const pipeline = await startPipeline({ waitTimeS: 100 });
  await pipeline.run({ startLookbackHours: 0, dailyRecheck: true });
  pipeline.clock.pass(36 * HOUR_MS + overdueMs);
  const due = await storedRecheck(pipeline);
  const checkedToS = NOW_S + 54 * 3_600; // a short recheck: six hours ago begins where the last one ended
  await pipeline.checkpoints.save({
    ...due,
    recheck: { ...due.recheck, notBeforeS: NOW_S + 30 * 3_600, checkedToS },
  });
  const end = await pipeline.run({ dailyRecheck: true });
  expect(end).toMatchObject({ summary: { outcome: 'more-to-come', pages } });
  expect(end.kind === 'returned' && end.summary.recheck?.state).toBe(recheck);
});

describe('DynamoDB', () => {
  test.each([
    ['takes the lease and writes down the intent', 1],
    ['commits the page', 2],
    ['gives the lease back', 3],
  ])('loses its answer when the run %s: the run knows its own write, and succeeds', async (_what, nth) => {
    const pipeline = await startIdlePipeline();
    pipeline.interference = { afterAws: atNth('PutItem', nth, RESET) };
    expect(await pipeline.run()).toMatchObject({ summary: { outcome: 'caught-up', archived: 1 } });
    expect(await archivedIds(pipeline)).toEqual(['e1']);
    expect(pipeline.metricSum('EventsArchived')).toBe(1);
  });

  test.each([
    ['the read', 'BatchGetItem', 1, 0],
    ['the lease and the intent', 'PutItem', 1, 0],
    ['the commit of a stored page', 'PutItem', 2, 1],
  ])('refuses %s: the run fails, and the next one repairs it', async (_what, operation, nth, calls) => {
    const pipeline = await startIdlePipeline();
    const before = pipeline.simulator.requests.length;
    pipeline.interference = { beforeAws: atNth(operation, nth, DENIED) };
    expect(await pipeline.run()).toMatchObject({ error: { name: 'CheckpointError' } });
    expect(pipeline.simulator.requests).toHaveLength(before + calls);
    await pipeline.catchUp();
    expect(await archivedIds(pipeline)).toEqual(['e1']);
    expect(pipeline.metricSum('EventsArchived')).toBe(1);
  });
});

describe('an index that was not used for long', () => {
  test('is not trusted after 25 h: the stream is asked for again from an hour before its watermark, without a duplicate', async () => {
    const pipeline = await startPipeline({ forgetsIndexAfterMs: 24 * HOUR_MS });
    pipeline.simulator.add([simulatedLogin('e1', NOW_S - 600), simulatedLogin('e2', NOW_S)]);
    await pipeline.run({ startLookbackHours: 1 });
    pipeline.clock.pass(25 * HOUR_MS);
    pipeline.simulator.add([simulatedLogin('e3', NOW_S + 7_200)]);
    const before = pipeline.simulator.requests.length;
    await pipeline.catchUp();
    expect(operations(pipeline)[before]).toBe('1794999600');
    expect(await archivedIds(pipeline)).toEqual(['e1', 'e2', 'e3']);
    expect(pipeline.metricSum('EventsArchived')).toBe(3);
  });

  test.each([
    ['a quarter of an hour, where runs follow each other closely', 5, 900_000],
    ['three schedules, where they do not', 60, 3 * HOUR_MS],
  ])('is trusted for %s', async (_what, scheduleMinutes, trustMs) => {
    for (const [silentMs, call] of [
      [trustMs, 'next'],
      [trustMs + 1, '1794999600'],
    ] as const) {
      const pipeline = await startPipeline();
      await pipeline.run({ startLookbackHours: 0, scheduleMinutes });
      pipeline.clock.pass(silentMs);
      await pipeline.run({ scheduleMinutes });
      expect(operations(pipeline).slice(0, 2)).toEqual(['1795003200', call]);
    }
  });

  test('is asked for again under the other name, and the one after that under the first', async () => {
    const pipeline = await startPipeline();
    for (let runs = 0; runs < 3; runs++) {
      await pipeline.run({ startLookbackHours: 0 });
      pipeline.clock.pass(HOUR_MS);
    }
    const { indexName } = await pipeline.checkpoint();
    const asked = [...new Set(pipeline.simulator.requests.map(({ index }) => index))];
    expect(asked).toEqual([indexName, `${indexName}-b`]);
    expect(pipeline.simulator.requests.at(-1)?.index).toBe(indexName);
  });
});

test('an index that Netskope forgets in a backlog is noticed by the jump of its cursor, and nothing is skipped', async () => {
  const pipeline = await startPipeline({ forgetsIndexAfterMs: HOUR_MS / 2, waitTimeS: 200 });
  const hours = Array.from({ length: 24 }, (_, hour) => NOW_S - 86_400 + hour * 3_600);
  pipeline.simulator.add(hours.map((timestampS, hour) => simulatedLogin(`hour ${hour}`, timestampS)));
  expect(await pipeline.run({ startLookbackHours: 24 })).toMatchObject({
    summary: { outcome: 'more-to-come', archived: 3 },
  });
  pipeline.clock.pass(HOUR_MS / 2 + 1);
  await pipeline.run();
  expect(operations(pipeline).slice(0, 6)).toEqual([
    '1794916800',
    'next',
    'next',
    'next', // answered from the present on: the index was forgotten
    '1794924000', // an hour before the watermark of the third page
    'next',
  ]);
  // The runbook has the operator look for it.
  expect(pipeline.logged.filter((line) => line.includes('the cursor jumped'))).toEqual([
    '{"message":"the cursor jumped while events were outstanding: beginning again","streamId":"netskope#audit","startEpochS":1794924000}',
  ]);
  await pipeline.catchUp();
  expect((await archivedIds(pipeline)).length).toBe(24);
  expect(new Set(await archivedIds(pipeline)).size).toBe(24);
});

describe('LagSeconds', () => {
  test('is zero when everything was collected, and is sent twice a day by an idle tenant', async () => {
    const pipeline = await startPipeline();
    await pipeline.run({ startLookbackHours: 0 });
    // It is noon, UTC. A schedule is a quarter of an hour.
    for (let runs = 0; runs < 47; runs++) {
      pipeline.nextSchedule();
      await pipeline.run();
    }
    expect(pipeline.metricValues('LagSeconds')).toEqual([0]);
    pipeline.nextSchedule();
    await pipeline.run();
    expect(pipeline.metricValues('LagSeconds')).toEqual([0, 0]);
  });

  test('tells how far a backlog is behind', async () => {
    const pipeline = await startPipeline({ waitTimeS: 200 });
    await pipeline.run({ startLookbackHours: 24 });
    expect(pipeline.metricValues('LagSeconds')).toEqual([76_000]);
  });

  /** A feed that has been late for two schedules and was announced so by three failed runs. */
  async function startLatePipeline(): Promise<Pipeline> {
    const pipeline = await startPipeline();
    await pipeline.run({ startLookbackHours: 0 });
    pipeline.interference = { netskope: () => ({ kind: 'not-found' }) };
    for (let runs = 0; runs < 5; runs++) {
      pipeline.nextSchedule();
      await pipeline.run();
    }
    pipeline.interference = {};
    return pipeline;
  }

  test('grows from one failed run to the next, from two schedules on', async () => {
    const pipeline = await startLatePipeline();
    expect(pipeline.metricValues('LagSeconds')).toEqual([0, 2_700, 3_600, 4_500]);
    expect(pipeline.metricValues('EventsArchived')).toEqual([0]);
  });

  test('is sent by the first run in time after a late one, and by no further one', async () => {
    const pipeline = await startLatePipeline();
    for (let runs = 0; runs < 3; runs++) {
      await pipeline.run();
      pipeline.nextSchedule();
    }
    expect(pipeline.metricValues('LagSeconds').slice(3)).toEqual([4_500, 0]);
  });

  test('is sent by the next run in time if CloudWatch refused the first one', async () => {
    const pipeline = await startLatePipeline();
    pipeline.interference = {
      beforeAws: ({ operation }) =>
        operation === 'PutMetricData'
          ? { kind: 'error', status: 403, code: 'AccessDenied', message: 'no' }
          : undefined,
    };
    expect(await pipeline.run()).toMatchObject({ error: { name: 'MetricsError' } });
    pipeline.interference = {};
    pipeline.nextSchedule();
    await pipeline.run();
    expect(pipeline.metricValues('LagSeconds').slice(3)).toEqual([4_500, 0]);
  });

  test('is sent by the first run in time after a source that was late while it rested', async () => {
    const pipeline = await startPipeline();
    await pipeline.run({ startLookbackHours: 0 });
    const restUntilMs = pipeline.clock.nowMs() + 2_700_001;
    await pipeline.checkpoints.save({ ...(await pipeline.checkpoint()), restUntilMs });
    for (let runs = 0; runs < 5; runs++) {
      pipeline.nextSchedule();
      await pipeline.run();
    }
    expect(pipeline.metricValues('LagSeconds')).toEqual([0, 900, 1_800, 2_700, 0]);
  });
});
