import type { BackfillJob, Checkpoint } from '../../../lambdas/contract/storage/checkpoint-table';
import type { BackfillLook } from '../../../lib/cli/backfill/watch-backfill';
import { backfillNote, RunStarter } from '../../../lib/cli/backfill/watch-backfill';
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

const HOUR_S = 3600;

/** It began a hundred hours ago. */
const BEGUN_STREAM: Checkpoint = {
  streamId: 'netskope#audit',
  indexName: 'netskope-index',
  phase: 'settled',
  startEpochS: NOW_S - 100 * HOUR_S,
  sequence: 0,
  caughtUp: true,
  watermarkS: NOW_S,
  servedAtMs: NOW_MS,
  totals: { archived: 0, quarantined: 0, drifted: 0 },
  announced: { archived: 0, quarantined: 0, drifted: 0 },
  version: 1,
};

/** A reading of a backfill of a hundred hours, of which so many are covered after so many minutes. */
function look(hours: number, minutes: number, live: Partial<Checkpoint> | null = {}): BackfillLook {
  const atMs = NOW_MS + minutes * MINUTE_MS;
  return {
    atMs,
    ...(live === null ? {} : { live: { ...BEGUN_STREAM, servedAtMs: atMs, ...live } }),
    filed: {
      ...BEGUN_STREAM,
      sequence: 1234,
      watermarkS: BEGUN_STREAM.startEpochS + hours * HOUR_S,
      totals: { archived: 20_000, quarantined: 0, drifted: 7 },
      backfill: {
        fromEpochS: BEGUN_STREAM.startEpochS,
        toEpochS: NOW_S,
        state: 'open',
        filedAtMs: NOW_MS,
        alreadyHeld: 1000,
      },
    },
  };
}

const COUNTS = '20,000 archived, 1,234 pages';

describe('the note beside the progress bar has the counts, and', () => {
  test('the speed and the time left, measured since watching began', () => {
    expect(backfillNote(look(20, 0), look(50, 2))).toBe(`${COUNTS}; 15.0 h/min, about 3 min 20 s left`);
  });

  test('nothing else if too little was measured', () => {
    expect(backfillNote(look(20, 0), look(50, 0.1))).toBe(COUNTS);
    expect(backfillNote(look(20, 0), look(20, 2))).toBe(COUNTS);
  });

  test('that the live feed goes first, while it does', () => {
    const behind = { caughtUp: false, watermarkS: NOW_S - 2 * HOUR_S };
    expect(backfillNote(look(20, 0), look(50, 2, behind))).toBe(
      `${COUNTS}; the live feed goes first; it stands at 2026-11-18 10:00 UTC`,
    );
  });

  test('until when the source rests, while no run is at work', () => {
    const restUntilMs = NOW_MS + 9 * MINUTE_MS;
    expect(backfillNote(look(20, 0), look(50, 2, { restUntilMs, caughtUp: false }))).toBe(
      `${COUNTS}; rests until 2026-11-18 12:09:00 UTC: a call may still be running at Netskope, or Netskope asked to wait`,
    );
    const lease = { runId: 'run', expiresAtMs: NOW_MS + 10 * MINUTE_MS };
    const calling = look(50, 2, { restUntilMs, lease });
    expect(backfillNote(look(20, 0), calling)).toBe(`${COUNTS}; 15.0 h/min, about 3 min 20 s left`);
  });

  test('the speed of a backfill that walks hour by hour, measured by the hour it reads', () => {
    const walking = (hours: number, minutes: number): BackfillLook => {
      const { filed, ...rest } = look(0, minutes);
      const stepS = BEGUN_STREAM.startEpochS + hours * HOUR_S;
      return { ...rest, filed: { ...filed, watermarkS: NOW_S, backfill: { ...filed.backfill, stepS } } };
    };
    expect(backfillNote(walking(20, 0), walking(50, 2))).toBe(`${COUNTS}; 15.0 h/min, about 3 min 20 s left`);
  });

  test('what to do if nothing makes progress', () => {
    const { live, filed } = look(20, 0);
    expect(backfillNote(look(20, 0), { live, filed, atMs: NOW_MS + 15 * MINUTE_MS })).toBe(
      `${COUNTS}; no page for 15 min 00 s: npx --no -- netskope-audit doctor looks for the cause`,
    );
  });

  test('that a token is missing, if the source has never run', () => {
    expect(backfillNote(look(0, 0, null), look(0, 2, null))).toBe(
      `${COUNTS}; waiting for the first run of the live feed, which needs a token`,
    );
  });

  test('how many events went into quarantine, if any', () => {
    const now = look(50, 0);
    const filed = { ...now.filed, totals: { archived: 1, quarantined: 2, drifted: 0 } };
    expect(backfillNote(now, { ...now, filed })).toBe('1 archived, 2 quarantined, 1,234 pages');
  });
});
