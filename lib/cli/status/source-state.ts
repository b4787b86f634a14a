import type { Checkpoint } from '../../../lambdas/contract/storage/checkpoint-table';
import type { SourceAlarmKind } from '../../../lambdas/contract/telemetry/alarm-names';
import type { SourceMetrics } from './source-metrics';

/** The worst known state of a source. */
export type SourceState =
  | 'running'
  | 'never ran'
  | 'not running'
  | 'credentials refused'
  | 'waiting for credentials'
  | 'failing'
  | 'behind'
  | 'resting'
  | 'catching up'
  | 'caught up';

export interface KnownOfSource {
  readonly nowMs: number;
  /** Absent before the first run that had credentials. */
  readonly checkpoint?: Checkpoint;
  readonly metrics: SourceMetrics;
  readonly firing: readonly SourceAlarmKind[];
}

/**
 * Determines the state of a source. The alarms decide what is late, because they know the schedule. The metrics decide
 * the rest: a run without credentials succeeds and has no lag to report, a failed run reports only its lag.
 */
export function sourceState({ nowMs, checkpoint, metrics, firing }: KnownOfSource): SourceState {
  const { succeededAtMs = 0, reportedAtMs = 0, refusedAtMs = 0 } = metrics;
  const hasReported = succeededAtMs + reportedAtMs + refusedAtMs > 0;
  if ((checkpoint?.lease?.expiresAtMs ?? 0) > nowMs) return 'running';
  if (!hasReported) return checkpoint === undefined ? 'never ran' : 'not running';
  if (firing.includes('not-running')) return 'not running';
  if (refusedAtMs > 0 && refusedAtMs >= succeededAtMs) return 'credentials refused';
  if (reportedAtMs > succeededAtMs) return 'failing';
  if (succeededAtMs > reportedAtMs) return 'waiting for credentials';
  if (firing.includes('behind')) return 'behind';
  if ((checkpoint?.restUntilMs ?? 0) > nowMs) return 'resting';
  return checkpoint?.caughtUp === true ? 'caught up' : 'catching up';
}
