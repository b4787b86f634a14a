import { newCheckpoint } from '../../../../lambdas/collector/core/protocol/checkpoint';
import type { Checkpoint } from '../../../../lambdas/contract/storage/checkpoint-table';

/** 2026-11-18T12:00:00Z */
export const NOW_S = 1_795_003_200;
export const HOUR_S = 3600;

/** A live feed that has settled nine pages, the last one at the present. */
export function settledFeed(different: Partial<Checkpoint> = {}): Checkpoint {
  return {
    ...newCheckpoint('netskope#audit', 'netskope', { startEpochS: NOW_S - 24 * HOUR_S, nowMs: 0 }),
    phase: 'settled',
    sequence: 9,
    watermarkS: NOW_S,
    servedAtMs: NOW_S * 1000,
    ...different,
  };
}

/** A backfill of eight hours, from two o'clock on the first day of 1970. */
export const BACKFILL = {
  state: 'open',
  fromEpochS: 7200,
  toEpochS: 36_000,
  filedAtMs: 0,
  alreadyHeld: 0,
} as const;
