import { newCheckpoint } from '../../../../lambdas/collector/core/protocol/checkpoint';
import { lastingLease, newLease } from '../../../../lambdas/collector/core/run/lease';
import type { Lease } from '../../../../lambdas/contract/storage/checkpoint-table';
import { NOW_S } from '../../../pipeline';

const NOW_MS = 1_795_003_200_000;

test('a lease outlasts the time that is left to the invocation by a minute', () => {
  expect(newLease('run-1', NOW_MS, { remainingMs: () => 600_000 })).toEqual({
    runId: 'run-1',
    expiresAtMs: 1_795_003_860_000,
  });
});

describe('a lease that was found', () => {
  const held: Lease = { runId: 'run-1', expiresAtMs: NOW_MS };
  const checkpoint = newCheckpoint('netskope#audit', 'netskope', { startEpochS: NOW_S, nowMs: NOW_MS });

  test.each<[string, Lease | undefined, number, Lease | undefined]>([
    ['holds until the millisecond before it expires', held, NOW_MS - 1, held],
    ['holds no longer when it expires', held, NOW_MS, undefined],
    ['holds nothing where there is none', undefined, NOW_MS, undefined],
  ])('%s', (_what, lease, nowMs, lasting) => {
    expect(lastingLease({ ...checkpoint, lease }, nowMs)).toEqual(lasting);
  });
});
