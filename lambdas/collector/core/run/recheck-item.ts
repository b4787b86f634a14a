import type { Checkpoint } from '../../../contract/storage/checkpoint-table';
import { recheckStreamId } from '../../../contract/storage/checkpoint-table';
import type { CollectorDeps, CollectRequest } from '../ports';
import { newCheckpoint } from '../protocol/checkpoint';

/**
 * Creates the item of the source's recheck, once.
 * @param live the live feed's checkpoint as found; a new feed has no page yet
 * @returns when the next recheck is due, unix milliseconds
 */
export async function scheduleRecheck(
  { feed, checkpoints, clock, protocol }: Pick<CollectorDeps, 'feed' | 'checkpoints' | 'clock' | 'protocol'>,
  { source }: CollectRequest,
  live: Checkpoint,
): Promise<number> {
  const nowMs = clock.nowMs();
  const { everyMs, longestS } = protocol.recheck;
  const streamId = recheckStreamId(feed, source.sourceId);
  const found = (await checkpoints.load(streamId))?.recheck;
  if (found !== undefined) return found.doneAtMs + everyMs;
  const notBeforeS = Math.max(live.startEpochS, Math.floor(nowMs / 1000) - longestS);
  await checkpoints.save({
    ...newCheckpoint(streamId, source.sourceId, { startEpochS: notBeforeS, nowMs }),
    recheck: {
      state: 'done',
      fromEpochS: notBeforeS,
      toEpochS: notBeforeS,
      doneAtMs: nowMs,
      notBeforeS,
      checkedToS: notBeforeS,
      claimedToS: notBeforeS,
      recovered: 0,
      unannounced: 0,
    },
  });
  return nowMs + everyMs;
}
