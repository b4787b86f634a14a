import { auditStreamId } from '../../contract/checkpoint-table';
import type { Checkpoint } from '../../contract/checkpoint-table';
import type { AlreadyRunning, RewindSummary } from '../../contract/collector-event';
import { replayFrom } from './checkpoint';
import { CheckpointConflictError, ConfigError } from './errors';
import { lastingLease } from './lease';
import type { CheckpointStore, Clock } from './ports';

export interface RewindRequest {
  readonly sourceId: string;
  readonly runId: string;
  /** Unix seconds. */
  readonly toEpochS: number;
}

/**
 * Moves the live feed back. What was delivered since is asked for again by the next run, on the same index, and compared
 * with archive and quarantine until the feed stands where it stood. It never moves forward: that would leave a gap.
 * @throws ConfigError where the time lies ahead of the feed. @throws CheckpointError
 */
export async function rewind(
  { checkpoints, clock }: { readonly checkpoints: CheckpointStore; readonly clock: Clock },
  { sourceId, runId, toEpochS }: RewindRequest,
): Promise<AlreadyRunning | RewindSummary> {
  const found = await checkpoints.load(auditStreamId(sourceId));
  if (found === undefined)
    throw new ConfigError([`source ${sourceId} has not begun; its first run begins where its settings say`]);
  const lease = lastingLease(found, clock.nowMs());
  if (lease !== undefined) return { outcome: 'already-running', leaseExpiresAtMs: lease.expiresAtMs };
  const standsAtS = placeOfFeedS(found);
  if (toEpochS > standsAtS)
    throw new ConfigError([
      `the feed of ${sourceId} stands at ${iso(standsAtS)} and cannot be moved forward to ${iso(toEpochS)}: what lies between would be lost`,
    ]);
  const { watermarkS = 0, replayedToS = 0 } = found;
  const rewound = replayFrom(found, toEpochS, Math.max(standsAtS, watermarkS, replayedToS));
  try {
    await checkpoints.save({ ...rewound, caughtUp: false, lease: undefined, writer: runId });
  } catch (error) {
    if (!(error instanceof CheckpointConflictError)) throw error;
    return rewind({ checkpoints, clock }, { sourceId, runId, toEpochS }); // a run has begun since
  }
  return { outcome: 'rewound', fromEpochS: standsAtS, toEpochS };
}

/**
 * Where a feed stands: up to there everything was delivered, unix seconds. A watermark that lies beyond the place from
 * which the feed is to begin again may have left a gap behind it.
 */
export function placeOfFeedS({ phase, startEpochS, watermarkS = startEpochS }: Checkpoint): number {
  return phase === 'unstarted' ? startEpochS : watermarkS;
}

function iso(epochS: number): string {
  return new Date(epochS * 1000).toISOString();
}
