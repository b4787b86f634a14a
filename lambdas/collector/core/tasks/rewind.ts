import type { AlreadyRunning, Resting, RewindSummary } from '../../../contract/deployment/collector-event';
import { liveStreamId } from '../../../contract/storage/checkpoint-table';
import { ConfigError } from '../../../shared/errors';
import { CheckpointConflictError } from '../errors';
import type { CheckpointStore, CollectorDeps } from '../ports';
import { adopted, beginAgain, placeOfS } from '../protocol/checkpoint';
import { lastingLease } from '../run/lease';

export interface RewindRequest {
  readonly sourceId: string;
  readonly runId: string;
  /** Unix seconds. */
  readonly toEpochS: number;
  /** Whether the feed may move forward: the events in between are skipped. @default false */
  readonly skip?: boolean;
}

/**
 * Moves the live feed back. The next run requests later events again, on the other index name, and compares them with
 * archive and quarantine until the feed is where it was. With `skip`, the feed may move forward.
 * @throws ConfigError if the source has not begun, or the time is ahead of the clock or, without `skip`, of the feed
 * @throws CheckpointError
 */
export async function rewind(
  deps: Pick<CollectorDeps, 'feed' | 'clock' | 'protocol'> & {
    readonly checkpoints: Pick<CheckpointStore, 'load' | 'save'>;
  },
  request: RewindRequest,
): Promise<AlreadyRunning | Resting | RewindSummary> {
  const { feed, checkpoints, clock, protocol } = deps;
  const { sourceId, runId, toEpochS, skip = false } = request;
  const stored = await checkpoints.load(liveStreamId(feed, sourceId));
  if (stored === undefined)
    throw new ConfigError([`source ${sourceId} has not begun; its first run begins where its settings say`]);
  const found = adopted(stored);
  const nowMs = clock.nowMs();
  const lease = lastingLease(found, nowMs);
  if (lease !== undefined) return { outcome: 'already-running', leaseExpiresAtMs: lease.expiresAtMs };
  const { restUntilMs = 0 } = found;
  if (protocol.isResting(found, nowMs)) return { outcome: 'resting', restUntilMs };
  const standsAtS = placeOfS(found);
  assertMayMove(standsAtS, request, nowMs);
  const rewound = beginAgain(found, { startEpochS: toEpochS, nowMs });
  try {
    await checkpoints.save({
      ...rewound,
      ...(skip ? { watermarkS: toEpochS } : {}),
      lease: undefined,
      writer: runId,
    });
  } catch (error) {
    if (!(error instanceof CheckpointConflictError)) throw error;
    return rewind(deps, request); // a run has begun since
  }
  return { outcome: 'rewound', fromEpochS: standsAtS, toEpochS };
}

function assertMayMove(
  standsAtS: number,
  { sourceId, toEpochS, skip = false }: RewindRequest,
  nowMs: number,
): void {
  if (toEpochS * 1000 > nowMs)
    throw new ConfigError([
      `${iso(toEpochS)} lies in the future; expected a time before ${iso(nowMs / 1000)}`,
    ]);
  if (toEpochS <= standsAtS || skip) return;
  throw new ConfigError([
    `the feed of ${sourceId} stands at ${iso(standsAtS)} and cannot be moved forward to ${iso(toEpochS)}: what lies between would be lost`,
  ]);
}

function iso(epochS: number): string {
  return new Date(epochS * 1000).toISOString();
}
