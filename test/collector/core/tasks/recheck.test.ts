import type { RecheckJob } from '../../../../lambdas/contract/storage/checkpoint-table';
import type { AwsFault } from '../../../../lib/local/aws/wire/aws-call';
import { DAY_S, HOUR_S, loginAt } from '../../../faults/events';
import { storedRecheck } from '../../../faults/recheck-job';
import { NOW_S, Pipeline } from '../../../pipeline';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const RECHECKED = { dailyRecheck: true, startLookbackHours: 5 } as const;
const INTERNAL: AwsFault = { kind: 'error', status: 500, code: 'InternalFailure', message: 'no' };

let pipeline: Pipeline;
afterEach(() => pipeline.stop());

/** A live feed that caught up so long ago, whose first recheck is due a day after that. */
async function startPipeline(caughtUpAgoMs: number): Promise<void> {
  // A server that walks by event time never comes back to what is inserted behind its cursor.
  pipeline = await Pipeline.start({ walksBy: 'event-time' });
  await pipeline.run(RECHECKED);
  pipeline.clock.pass(caughtUpAgoMs);
}

/** The same, where the recheck has but a few hours to read. */
async function startShort(caughtUpAgoMs: number): Promise<void> {
  await startPipeline(caughtUpAgoMs);
  await change({ notBeforeS: Math.floor(pipeline.clock.nowMs() / 1000) - 8 * HOUR_S });
}

/** Changes what is stored of the recheck. */
async function change(recheck: Partial<RecheckJob>, restUntilMs?: number): Promise<void> {
  const found = await storedRecheck(pipeline);
  await pipeline.checkpoints.save({ ...found, restUntilMs, recheck: { ...found.recheck, ...recheck } });
}

const onRecheck = (index: string, live: string): boolean => !index.startsWith(live);

/** Netskope refuses the calls of the live feed, or those of the recheck. */
async function refuse(refused: 'live feed' | 'recheck'): Promise<void> {
  const { indexName } = await pipeline.checkpoint();
  pipeline.interference = {
    netskope: ({ index }) =>
      onRecheck(index, indexName) === (refused === 'recheck') ? { kind: 'not-found' } : undefined,
  };
}

describe('a run', () => {
  test.each([
    ['rechecks a day after the last recheck', DAY_MS, true, 'done'],
    ['rechecks not a millisecond sooner', DAY_MS - 1, true, undefined],
    ['rechecks nothing where the recheck is switched off', DAY_MS, false, undefined],
  ])('%s', async (_what, passedMs, dailyRecheck, state) => {
    await startShort(passedMs);
    const end = await pipeline.run({ dailyRecheck });
    expect(end.kind === 'returned' && end.summary.recheck?.state).toBe(state);
    expect(pipeline.metricValues('EventsRecovered')).toEqual([]); // nothing was missing
  });

  test.each([
    ['waits for the rest of a recheck whose call may still be running', 1, undefined],
    ['goes on with the recheck when the rest is over', 0, 'done'],
  ])('%s', async (_what, restMs, state) => {
    await startShort(DAY_MS);
    await change({}, pipeline.clock.nowMs() + restMs);
    const end = await pipeline.run(RECHECKED);
    expect(end.kind === 'returned' && end.summary.recheck?.state).toBe(state);
  });

  test.each([
    ['rechecks, although the live feed fails, when that is overdue by more than twelve hours', 1, 'done'],
    ['leaves the recheck until then', 0, undefined],
  ])('%s', async (_what, overdueMs, state) => {
    await startShort(DAY_MS + 12 * HOUR_MS + overdueMs);
    await refuse('live feed');
    const { doneAtMs } = (await storedRecheck(pipeline)).recheck;
    expect(await pipeline.run(RECHECKED)).toMatchObject({ error: { name: 'UpstreamContractError' } });
    const isDone = (await storedRecheck(pipeline)).recheck.doneAtMs > doneAtMs;
    expect(isDone).toBe(state === 'done');
  });
});

test('a recheck that is due is open from then on, though the live feed leaves no time for a page of it', async () => {
  await startShort(DAY_MS);
  let isSpent = false;
  pipeline.interference = {
    netskope: () => {
      if (!isSpent) pipeline.clock.pass(240_001);
      isSpent = true;
      return undefined;
    },
  };
  expect(await pipeline.run(RECHECKED)).toMatchObject({
    summary: { outcome: 'caught-up', recheck: { state: 'open', pages: 0 } },
  });
  expect((await storedRecheck(pipeline)).recheck).toMatchObject({
    state: 'open',
    doneAtMs: NOW_S * 1000,
    toEpochS: NOW_S + 18 * HOUR_S + 240,
  });
  expect((await pipeline.checkpoint()).recheckDueAtMs).toBe(NOW_S * 1000 + DAY_MS);
});

test('a source whose recheck is gone from the table is collected all the same', async () => {
  await startPipeline(DAY_MS);
  await pipeline.loseCheckpoint('netskope#audit#recheck');
  expect(await pipeline.run(RECHECKED)).toMatchObject({ summary: { outcome: 'caught-up' } });
});

describe('a recheck reads', () => {
  test.each([
    [
      'from a day before the end of the last one',
      { checkedToS: NOW_S + 20 * HOUR_S, notBeforeS: NOW_S - 5 * HOUR_S },
      NOW_S - 4 * HOUR_S,
    ],
    [
      'from the beginning of the live feed, where that is later',
      { checkedToS: NOW_S + 20 * HOUR_S, notBeforeS: NOW_S - 3 * HOUR_S },
      NOW_S - 3 * HOUR_S,
    ],
    [
      'from seven days ago, where that is later',
      { checkedToS: NOW_S - 29 * DAY_S, notBeforeS: NOW_S - 30 * DAY_S },
      NOW_S + 36 * HOUR_S - 7 * DAY_S,
    ],
  ])(
    '%s to six hours ago, and counts as lost what is six hours older than the last moment the feed had caught up',
    async (_from, item, fromEpochS) => {
      await startPipeline(36 * HOUR_MS + 1);
      await change({ ...item, recovered: 5 });
      pipeline.interference = { netskope: () => ({ kind: 'not-found' }) };
      await pipeline.run(RECHECKED); // opens the recheck, and comes no further
      expect(await storedRecheck(pipeline)).toMatchObject({
        phase: 'unstarted',
        startEpochS: fromEpochS,
        recheck: {
          state: 'open',
          fromEpochS,
          toEpochS: NOW_S + 30 * HOUR_S,
          stepS: fromEpochS,
          claimedToS: NOW_S - 6 * HOUR_S,
          recovered: 0,
          failure: {
            atMs: NOW_S * 1000 + 36 * HOUR_MS + 1,
            reason: 'HTTP 404: {"message":"no Route matched with those values"}',
          },
        },
      });
    },
  );

  test('what it had not come to when the run before it ended, and no hour twice', async () => {
    await startPipeline(DAY_MS);
    const { indexName } = await pipeline.checkpoint();
    let calls = 0;
    pipeline.interference = {
      netskope: ({ index }) =>
        onRecheck(index, indexName) && ++calls === 3 ? { kind: 'not-found' } : undefined,
    };
    await pipeline.run(RECHECKED);
    const { stepS } = (await storedRecheck(pipeline)).recheck;
    expect(stepS).toBe(NOW_S - 3 * HOUR_S);
    pipeline.clock.pass(300_000);
    await pipeline.run(RECHECKED);
    const asked = pipeline.simulator.requests.filter(({ index }) => onRecheck(index, indexName));
    expect(asked.slice(0, 5).map(({ operation }) => operation)).toEqual([
      '1794985200', // 07:00, five hours before the feed began
      '1794988800',
      '1794992400', // refused
      '1794992400',
      '1794996000',
    ]);
  });
});

describe('an event that the live feed has lost', () => {
  beforeEach(async () => {
    await startPipeline(DAY_MS);
    pipeline.simulator.add([
      loginAt('late', { atS: 10 * HOUR_S, datedS: -14 * HOUR_S }),
      loginAt('in time', { atS: 23.5 * HOUR_S }),
    ]);
  });

  test('is stored by the recheck, reported once, and the next recheck is due a day later', async () => {
    const doneAtMs = NOW_S * 1000 + DAY_MS;
    expect(await pipeline.run(RECHECKED)).toMatchObject({
      summary: {
        archived: 1,
        recheck: { state: 'done', pages: 25, archived: 1, quarantined: 0, alreadyHeld: 0, recovered: 1 },
      },
    });
    const { recheck } = await storedRecheck(pipeline);
    expect(recheck).toMatchObject({
      state: 'done',
      doneAtMs,
      checkedToS: NOW_S + 18 * HOUR_S,
      recovered: 1,
      unannounced: 0,
    });
    expect(recheck).not.toHaveProperty('stepS');
    expect((await pipeline.checkpoint()).recheckDueAtMs).toBe(doneAtMs + DAY_MS);
    pipeline.clock.pass(300_000);
    await pipeline.run(RECHECKED);
    expect(pipeline.metricValues('EventsRecovered')).toEqual([1]);
  });

  test('stands in the log, which the runbook shows', async () => {
    await pipeline.run(RECHECKED);
    expect(pipeline.logged).toContain(
      JSON.stringify({
        message: 'the recheck stored events that the live feed had lost',
        recovered: 1,
        fromEpochS: NOW_S - 5 * HOUR_S,
        toEpochS: NOW_S + 18 * HOUR_S,
      }),
    );
  });

  test('is reported by the next run, where CloudWatch refuses the report', async () => {
    let isRechecked = false;
    const { indexName } = await pipeline.checkpoint();
    pipeline.interference = {
      netskope: ({ index }) => {
        isRechecked ||= onRecheck(index, indexName);
        return undefined;
      },
      beforeAws: ({ operation }) => (isRechecked && operation === 'PutMetricData' ? INTERNAL : undefined),
    };
    expect(await pipeline.run(RECHECKED)).toMatchObject({ error: { name: 'MetricsError' } });
    expect((await storedRecheck(pipeline)).recheck).toMatchObject({
      state: 'open',
      recovered: 1,
      unannounced: 1,
    });
    pipeline.interference = {};
    pipeline.clock.pass(300_000);
    expect(await pipeline.run(RECHECKED)).toMatchObject({ summary: { recheck: { state: 'done' } } });
    expect(pipeline.metricValues('EventsRecovered')).toEqual([1]);
    expect((await storedRecheck(pipeline)).recheck).toMatchObject({ recovered: 1, unannounced: 0 });
  });
});
