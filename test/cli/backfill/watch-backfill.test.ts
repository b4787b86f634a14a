import type { BackfillJob, Checkpoint } from '../../../lambdas/contract/storage/checkpoint-table';
import { RunStarter } from '../../../lib/cli/backfill/watch-backfill';
import { NOW_S } from '../../pipeline';

const NOW_MS = NOW_S * 1000;
const SECOND_MS = 1000;
const MINUTE_MS = 60_000;

const STREAM: Checkpoint = {
  streamId: 'netskope#audit',
  indexName: 'netskope-index',
  phase: 'settled',
  startEpochS: NOW_S,
  sequence: 1,
  caughtUp: true,
  totals: { archived: 0, quarantined: 0, drifted: 0 },
  announced: { archived: 0, quarantined: 0, drifted: 0 },
  version: 1,
};
const JOB: BackfillJob = { fromEpochS: 0, toEpochS: 1, state: 'open', filedAtMs: NOW_MS, alreadyHeld: 0 };

let begun: number;
let starter: RunStarter;
beforeEach(() => {
  begun = 0;
  starter = new RunStarter({ begin: async () => void begun++, scheduleMinutes: 5 });
});

interface Seen {
  readonly live?: Partial<Checkpoint> | null;
  readonly filed?: Partial<Checkpoint>;
  readonly failure?: BackfillJob['failure'];
}

/** Considers a reading taken so much later. @returns the number of runs started by then */
async function seen(afterMs: number, { live = {}, filed = {}, failure }: Seen = {}): Promise<number> {
  await starter.consider({
    atMs: NOW_MS + afterMs,
    ...(live === null ? {} : { live: { ...STREAM, ...live } }),
    filed: { ...STREAM, ...filed, backfill: { ...JOB, failure } },
  });
  return begun;
}

describe('while a backfill is watched, a run of the collector is started', () => {
  test('at once, and again as soon as that one has released the lease', async () => {
    expect(await seen(0)).toBe(1);
    expect(await seen(SECOND_MS)).toBe(1); // it has not taken the lease yet
    const lease = { runId: 'run', expiresAtMs: NOW_MS + 10 * MINUTE_MS };
    expect(await seen(2 * SECOND_MS, { live: { version: 2, lease } })).toBe(1);
    expect(await seen(3 * SECOND_MS, { live: { version: 9 } })).toBe(2);
  });

  test('at once if the source has never run', async () => {
    expect(await seen(0, { live: null })).toBe(1);
    expect(await seen(SECOND_MS, { live: null })).toBe(1);
  });

  test('again after a minute if the previous one never arrived', async () => {
    await seen(0);
    expect(await seen(59 * SECOND_MS)).toBe(1);
    expect(await seen(60 * SECOND_MS)).toBe(2);
  });

  test('when the lease of a run that died has expired', async () => {
    const lease = { runId: 'dead', expiresAtMs: NOW_MS + MINUTE_MS };
    expect(await seen(MINUTE_MS - 1, { live: { lease } })).toBe(0);
    expect(await seen(MINUTE_MS, { live: { lease } })).toBe(1);
  });
});

describe('a call in doubt without a recorded rest delays the next run by as long as the schedule would', () => {
  test.each([
    ['of the live feed', { live: { phase: 'requested' } }],
    ['of the live feed, which is to begin again', { live: { phase: 'unstarted' } }],
    ['of the backfill', { filed: { phase: 'requested' } }],
    ['of a run that failed', { failure: { atMs: NOW_MS, reason: 'HTTP 504' } }],
  ] as const)('%s', async (_whose, inDoubt) => {
    expect(await seen(0, inDoubt)).toBe(0);
    expect(await seen(5 * MINUTE_MS - 1, inDoubt)).toBe(0);
    expect(await seen(5 * MINUTE_MS, inDoubt)).toBe(1);
  });

  test('and again if the started run has not resolved it', async () => {
    const inDoubt = (version: number): Seen => ({ live: { version, phase: 'requested' } });
    await seen(0, inDoubt(1));
    expect(await seen(5 * MINUTE_MS, inDoubt(1))).toBe(1);
    expect(await seen(6 * MINUTE_MS, inDoubt(3))).toBe(1);
    expect(await seen(11 * MINUTE_MS - 1, inDoubt(3))).toBe(1);
    expect(await seen(11 * MINUTE_MS, inDoubt(3))).toBe(2);
  });

  test('and anew if another call is in doubt', async () => {
    expect(await seen(0, { live: { phase: 'requested' } })).toBe(0);
    expect(await seen(4 * MINUTE_MS, { live: { version: 5 } })).toBe(1);
    expect(await seen(5 * MINUTE_MS, { live: { version: 8, phase: 'requested' } })).toBe(1);
    expect(await seen(9 * MINUTE_MS, { live: { version: 8, phase: 'requested' } })).toBe(1);
    expect(await seen(10 * MINUTE_MS, { live: { version: 8, phase: 'requested' } })).toBe(2);
  });
});

describe('no run is started for a resting source before its rest is over', () => {
  const restUntilMs = NOW_MS + 9 * MINUTE_MS;

  test.each([
    ['the live feed', { live: { restUntilMs, phase: 'requested' } }],
    ['the backfill', { filed: { restUntilMs } }],
    [
      'the backfill, whose run failed',
      { filed: { restUntilMs }, failure: { atMs: NOW_MS, reason: 'reset' } },
    ],
  ] as const)('%s', async (_whose, resting) => {
    expect(await seen(0, resting)).toBe(0);
    expect(await seen(9 * MINUTE_MS - 1, resting)).toBe(0);
    expect(await seen(9 * MINUTE_MS, resting)).toBe(1);
  });
});
