import type { Checkpoint } from '../../../lambdas/contract/storage/checkpoint-table';
import type { KnownOfSource } from '../../../lib/cli/status/source-status';
import { sourceState } from '../../../lib/cli/status/source-status';

const NOW_MS = 1_795_003_200_000;
const MINUTE_MS = 60_000;

const CHECKPOINT: Checkpoint = {
  streamId: 'netskope#audit',
  indexName: 'netskope-index',
  phase: 'settled',
  startEpochS: 1_794_916_800,
  sequence: 1,
  caughtUp: true,
  totals: { archived: 1, quarantined: 0, drifted: 0 },
  announced: { archived: 1, quarantined: 0, drifted: 0 },
  version: 3,
};

/** The state of a source whose last run succeeded five minutes ago, with the given differences. */
function stateWith(different: Partial<KnownOfSource>) {
  const endedAtMs = NOW_MS - 5 * MINUTE_MS;
  return sourceState({
    nowMs: NOW_MS,
    checkpoint: CHECKPOINT,
    metrics: { archived: 1, quarantined: 0, succeededAtMs: endedAtMs, reportedAtMs: endedAtMs },
    firing: [],
    ...different,
  });
}

test('a source is caught up when its last run was', () => {
  expect(stateWith({})).toBe('caught up');
});

test('a source is catching up while pages are left, and behind once the alarm for that fires', () => {
  const checkpoint = { ...CHECKPOINT, caughtUp: false };
  expect(stateWith({ checkpoint })).toBe('catching up');
  expect(stateWith({ checkpoint, firing: ['behind'] })).toBe('behind');
});

test('an expired lease is that of a dead run', () => {
  const leased = (expiresAtMs: number) =>
    stateWith({ checkpoint: { ...CHECKPOINT, lease: { runId: 'run-1', expiresAtMs } } });
  expect(leased(NOW_MS + 1)).toBe('running');
  expect(leased(NOW_MS)).toBe('caught up');
});

test('a source rests until the time that its item says, unless it is behind', () => {
  const checkpoint = { ...CHECKPOINT, restUntilMs: NOW_MS + 1 };
  expect(stateWith({ checkpoint })).toBe('resting');
  expect(stateWith({ checkpoint, firing: ['behind'] })).toBe('behind');
  expect(stateWith({ checkpoint: { ...CHECKPOINT, restUntilMs: NOW_MS } })).toBe('caught up');
});

test('a refusal counts until a later run has succeeded', () => {
  const refusedAt = (minutesAgo: number) =>
    stateWith({
      metrics: {
        archived: 0,
        quarantined: 0,
        succeededAtMs: NOW_MS - 5 * MINUTE_MS,
        reportedAtMs: NOW_MS - 5 * MINUTE_MS,
        refusedAtMs: NOW_MS - minutesAgo * MINUTE_MS,
      },
    });
  expect(refusedAt(4)).toBe('credentials refused');
  expect(refusedAt(6)).toBe('caught up');
});

test('a source waits for credentials while its runs report and none has made a checkpoint', () => {
  const metrics = { reportedAtMs: NOW_MS - 5 * MINUTE_MS };
  expect(stateWith({ checkpoint: undefined, metrics })).toBe('waiting for credentials');
  expect(stateWith({ checkpoint: undefined, metrics: {} })).toBe('never ran');
  expect(stateWith({ metrics })).toBe('failing');
});

test('a source is not running when the alarm for that fires, however its last run ended', () => {
  expect(stateWith({ firing: ['not-running', 'behind'] })).toBe('not running');
});
