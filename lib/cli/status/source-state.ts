import type { Checkpoint } from '../../../lambdas/contract/storage/checkpoint-table';
import type { SourceAlarmKind } from '../../../lambdas/contract/telemetry/alarm-names';
import type { SourceMetrics } from './source-metrics';

/** How a source is doing, in words; the worst that is known. */
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
 * Names the state of a source. What is late is judged by the alarms, which know the schedule; whether a run reports, and
 * what, tells the rest: one without credentials ends well and has no lag to report, one that failed reports its lag only.
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
