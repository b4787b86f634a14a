import { AUDIT_FEED } from '../../lambdas/contract/feed/audit';
import type { Checkpoint } from '../../lambdas/contract/storage/checkpoint-table';
import { backfillStreamId } from '../../lambdas/contract/storage/checkpoint-table';
import { NOW_S, Pipeline, SOURCE_ID } from '../pipeline';
import { isSound } from './aftermath';
import { archivedIds, callsSince, DAY_S, HOUR_S, loginAt, namelessAt, nowS, scheduledRuns } from './events';
import { stockOf } from './stock';

let pipeline: Pipeline;
afterEach(() => pipeline.stop());

/** Fields that the first version did not have. */
const UNKNOWN_THEN = {
  generation: undefined,
  begunAtMs: undefined,
  comparedToS: undefined,
  restUntilMs: undefined,
  highS: undefined,
  rawWatermark: undefined,
  largestPage: undefined,
  emptyToS: undefined,
  unreadable: undefined,
  lastGivenUp: undefined,
  settledBy: undefined,
  recheckDueAtMs: undefined,
} as const;

/** A live feed that has collected three events, whose item is rewritten as the first version would have left it. */
async function startWithItem(different: (now: Checkpoint) => Partial<Checkpoint>): Promise<void> {
  pipeline = await Pipeline.start({ windowS: 'none', watermarkFollowsClock: true });
  pipeline.simulator.add([
    loginAt('e1', { atS: -30 * DAY_S }),
    loginAt('e2', { atS: -2 * HOUR_S }),
    namelessAt('n1', -HOUR_S),
  ]);
  await pipeline.run({ startLookbackHours: 31 * 24 });
  const now = await pipeline.checkpoint();
  await pipeline.checkpoints.save({ ...now, ...UNKNOWN_THEN, ...different(now) });
  pipeline.clock.pass(300_000);
  pipeline.simulator.add([loginAt('new', { atS: 299 })]);
}

async function expectSoundAfterRuns(count = 12): Promise<string[]> {
  const requests = pipeline.simulator.requests.length;
  await scheduledRuns(pipeline, count);
  const aftermath = await stockOf(pipeline);
  expect(aftermath).toMatchObject({ lost: [], doubled: [], manifestFaults: [] });
  expect(isSound(aftermath)).toBe(true);
  return callsSince(pipeline, requests);
}

/** Where the stream began again, seconds since the start of the test. */
const epochsOf = (calls: readonly string[]): number[] =>
  calls.flatMap((call) => (/^\d+$/.test(call) ? [Number(call) - NOW_S] : []));

test('a committed item whose watermark lies in the past goes on with `next`', async () => {
  await startWithItem(() => ({ watermarkS: NOW_S - HOUR_S }));
  const calls = await expectSoundAfterRuns();
  expect(epochsOf(calls)).toEqual([]);
  expect(await archivedIds(pipeline)).toContain('new');
});

test('a committed item that was not served for a day begins again an hour before its watermark, not 90 days ago', async () => {
  await startWithItem(() => ({
    watermarkS: NOW_S - DAY_S - HOUR_S,
    servedAtMs: (NOW_S - DAY_S) * 1000,
    caughtUpAtMs: (NOW_S - DAY_S) * 1000,
  }));
  expect(epochsOf(await expectSoundAfterRuns(30))).toEqual([-DAY_S - 2 * HOUR_S]);
});

test('a watermark three years ahead sends no epoch into the future, and none over 90 days', async () => {
  await startWithItem(({ servedAtMs }) => ({
    watermarkS: NOW_S + 3 * 365 * DAY_S,
    caughtUpAtMs: servedAtMs,
    servedAtMs,
  }));
  pipeline.clock.pass(2 * DAY_S * 1000);
  const epochs = epochsOf(await expectSoundAfterRuns(60));
  expect(epochs).toEqual([-HOUR_S]);
  expect(await archivedIds(pipeline)).toContain('new');
});

test('an item that never caught up reads from where it began, once', async () => {
  await startWithItem(() => ({
    watermarkS: NOW_S + 3 * 365 * DAY_S,
    caughtUp: false,
    caughtUpAtMs: undefined,
  }));
  pipeline.clock.pass(HOUR_S * 1000);
  expect(epochsOf(await expectSoundAfterRuns(80))).toEqual([-31 * DAY_S - HOUR_S]);
});

test('an unstarted item, rewound an hour before the update, begins where the operator sent it', async () => {
  await startWithItem(({ watermarkS }) => ({
    phase: 'unstarted',
    startEpochS: NOW_S - 3 * HOUR_S,
    replayedToS: watermarkS,
    caughtUp: false,
  }));
  expect(epochsOf(await expectSoundAfterRuns())).toEqual([-3 * HOUR_S]);
});

test('a requested item is resent: the page was stored, and not committed', async () => {
  await startWithItem(() => ({ phase: 'requested', watermarkS: NOW_S - HOUR_S }));
  const [first] = await expectSoundAfterRuns();
  expect(first).toBe('resend');
});

test('an open backfill without hours begins at its first hour, and is completed', async () => {
  await startWithItem(() => ({ watermarkS: NOW_S - HOUR_S }));
  const range = { fromEpochS: NOW_S - 4 * HOUR_S, toEpochS: NOW_S - HOUR_S };
  const streamId = backfillStreamId(AUDIT_FEED, SOURCE_ID);
  const live = await pipeline.checkpoint();
  await pipeline.checkpoints.save({
    ...live,
    ...UNKNOWN_THEN,
    streamId,
    indexName: 'netskope-of-the-backfill',
    version: 0,
    phase: 'settled',
    startEpochS: range.fromEpochS,
    watermarkS: NOW_S - 2 * HOUR_S - 1800,
    sequence: 3,
    totals: { archived: 0, quarantined: 0, drifted: 0 },
    manifest: undefined,
    backfill: { ...range, state: 'open', filedAtMs: NOW_S * 1000, alreadyHeld: 0 },
  });
  const calls = await expectSoundAfterRuns(20);
  const backfill = await pipeline.checkpoints.load(streamId);
  expect(backfill?.backfill?.state).toBe('done');
  expect(epochsOf(calls)).toContain(-3 * HOUR_S);
  expect(nowS(pipeline)).toBeLessThan(3 * HOUR_S);
});
