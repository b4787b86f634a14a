import type { Checkpoint } from '../../../lambdas/contract/storage/checkpoint-table';
import type { BackfillLook } from '../../../lib/cli/backfill/backfill-screen';
import { backfillNote } from '../../../lib/cli/backfill/backfill-screen';
import { NOW_S } from '../../pipeline';

const NOW_MS = NOW_S * 1000;
const MINUTE_MS = 60_000;
const HOUR_S = 3600;

const STREAM: Checkpoint = {
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
    ...(live === null ? {} : { live: { ...STREAM, servedAtMs: atMs, ...live } }),
    filed: {
      ...STREAM,
      sequence: 1234,
      watermarkS: STREAM.startEpochS + hours * HOUR_S,
      totals: { archived: 20_000, quarantined: 0, drifted: 7 },
      backfill: {
        fromEpochS: STREAM.startEpochS,
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
      const stepS = STREAM.startEpochS + hours * HOUR_S;
      return { ...rest, filed: { ...filed, watermarkS: NOW_S, backfill: { ...filed.backfill, stepS } } };
    };
    expect(backfillNote(walking(20, 0), walking(50, 2))).toBe(`${COUNTS}; 15.0 h/min, about 3 min 20 s left`);
  });

  test('what to do if nothing makes progress', () => {
    const { live, filed } = look(20, 0);
    expect(backfillNote(look(20, 0), { live, filed, atMs: NOW_MS + 15 * MINUTE_MS })).toBe(
      `${COUNTS}; no page for 15 min 00 s: npx netskope-audit doctor looks for the cause`,
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
