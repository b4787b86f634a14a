import { newCheckpoint } from '../../../../lambdas/collector/core/protocol/checkpoint';
import { scheduleRecheck } from '../../../../lambdas/collector/core/run/recheck-item';
import { AUDIT_FEED } from '../../../../lambdas/contract/feed/audit';
import { DAY_S } from '../../../faults/events';
import { storedRecheck } from '../../../faults/recheck-job';
import { NOW_S, Pipeline, SOURCE_ID } from '../../../pipeline';

const NOW_MS = 1_795_003_200_000;
/** 24 hours later. */
const TOMORROW_MS = 1_795_089_600_000;

let pipeline: Pipeline;
beforeEach(async () => {
  pipeline = await Pipeline.start();
});
afterEach(() => pipeline.stop());

/** @param startEpochS where the live feed begins */
function begin(startEpochS: number): Promise<number> {
  const { checkpoints, clock, protocol } = pipeline;
  const source = {
    sourceId: SOURCE_ID,
    label: 'Netskope',
    startLookbackHours: 24,
    scheduleMinutes: 5,
    dailyRecheck: true,
  };
  return scheduleRecheck(
    { feed: AUDIT_FEED, checkpoints, clock, protocol },
    { source, runId: 'run-1', requestTimeoutMs: 120_000 },
    newCheckpoint('netskope#audit', SOURCE_ID, { startEpochS, nowMs: NOW_MS }),
  );
}

test.each([
  ['where the live feed begins', NOW_S - 7 * DAY_S + 1, 1_794_398_401],
  ['seven days ago, where the live feed begins earlier', NOW_S - 7 * DAY_S - 1, 1_794_398_400],
])(
  'the first recheck is due a day after the feed has begun, and begins %s',
  async (_where, startS, fromS) => {
    expect(await begin(startS)).toBe(TOMORROW_MS);
    expect(await storedRecheck(pipeline)).toMatchObject({
      streamId: 'netskope#audit#recheck',
      phase: 'unstarted',
      startEpochS: fromS,
      begunAtMs: NOW_MS,
      recheck: {
        state: 'done',
        fromEpochS: fromS,
        toEpochS: fromS,
        doneAtMs: NOW_MS,
        notBeforeS: fromS,
        checkedToS: fromS,
        claimedToS: fromS,
        recovered: 0,
        unannounced: 0,
      },
    });
  },
);

test('a recheck that is there already stays as it is, and is due a day after it was last done', async () => {
  await begin(NOW_S - DAY_S);
  const before = await storedRecheck(pipeline);
  pipeline.clock.pass(3_600_000);
  expect(await begin(NOW_S)).toBe(TOMORROW_MS);
  expect(await storedRecheck(pipeline)).toEqual(before);
});
