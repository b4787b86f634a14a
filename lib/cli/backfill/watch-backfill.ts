import { setTimeout as sleep } from 'node:timers/promises';
import { collectionEvent } from '../../../lambdas/contract/deployment/deployment-outputs';
import type { Checkpoint } from '../../../lambdas/contract/storage/checkpoint-table';
import { readLiveCheckpoint, startCollector } from '../deployment/collector';
import type { Deployment, SourceInStack } from '../deployment/deployment';
import { OperatorError } from '../operator-error';
import type { Session } from '../session';
import type { BackfillJobs, FiledBackfill } from './backfill-jobs';
import type { BackfillLook } from './backfill-screen';
import { BackfillScreen, restUntilMsOf } from './backfill-screen';

interface WatchedBackfill {
  readonly deployment: Deployment;
  readonly source: SourceInStack;
  readonly jobs: BackfillJobs;
  /** As it was when watching began. */
  readonly filed: FiledBackfill;
  /** Whether there is no schedule: the only runs are those started from here. */
  readonly isLocal: boolean;
}

/** Each look is two small reads of the checkpoint table; they cost some cents a day. */
const LOOK_EVERY_MS = 1_000;

/**
 * Shows the progress of a backfill until it is over, and starts runs meanwhile. Interrupting it only stops watching.
 * @returns the backfill, done or cancelled
 * @throws OperatorError if another backfill has replaced it
 */
export async function watchBackfill(session: Session, watched: WatchedBackfill): Promise<FiledBackfill> {
  const { deployment, isLocal } = watched;
  const { sourceId, scheduleMinutes } = watched.source;
  const begin = (): Promise<void> => startCollector(deployment, collectionEvent(watched.source));
  const starter = new RunStarter({ begin, scheduleMinutes });
  const screen = new BackfillScreen(session, { sourceId, isLocal });
  for (;;) {
    const look = await lookAt(session, watched);
    screen.show(look);
    if (look.filed.backfill.state !== 'open') {
      screen.end();
      return look.filed;
    }
    await starter.consider(look);
    await sleep(LOOK_EVERY_MS, undefined, { signal: session.signal });
  }
}

async function lookAt(
  { nowMs }: Session,
  { deployment, jobs, filed: watched }: WatchedBackfill,
): Promise<BackfillLook> {
  const [filed, live] = await Promise.all([jobs.read(), readLiveCheckpoint(deployment, jobs.sourceId)]);
  if (filed?.indexName === watched.indexName) return { filed, live, atMs: nowMs() };
  throw new OperatorError({
    what: `The backfill of ${jobs.sourceId} that was watched is gone: somebody has cancelled it and filed another.`,
    whatToDo: `Watch the new one with npx netskope-audit backfill ${jobs.sourceId}.`,
  });
}

interface RunStarterParts {
  /** Starts a run without waiting for it. */
  readonly begin: () => Promise<void>;
  readonly scheduleMinutes: number;
}

/** A started run that has not taken the lease by then is lost: it was throttled, or ended at once. */
const LOST_AFTER_MS = 60_000;

/**
 * Starts one collector run after another while somebody watches a backfill, which makes it faster than the schedule and
 * independent of it. Starts none while a run is at work or the source rests. After a run that failed, or whose call is
 * in doubt, it waits as long as the schedule would.
 */
export class RunStarter {
  private begun: { readonly atMs: number; readonly liveVersion: number } | undefined;
  private doubtSeenAtMs: number | undefined;

  constructor(private readonly parts: RunStarterParts) {}

  /** Starts a run if one is due. */
  async consider(look: BackfillLook): Promise<void> {
    if (!this.isDue(look)) return;
    this.begun = { atMs: look.atMs, liveVersion: versionOf(look.live) };
    this.doubtSeenAtMs = undefined;
    await this.parts.begin();
  }

  private isDue(look: BackfillLook): boolean {
    const { live, atMs } = look;
    if ((live?.lease?.expiresAtMs ?? 0) > atMs) return false;
    if (this.begun?.liveVersion === versionOf(live) && atMs - this.begun.atMs < LOST_AFTER_MS) return false;
    const restUntilMs = restUntilMsOf(look);
    if (restUntilMs > 0) return atMs >= restUntilMs;
    const waitingSinceMs = this.waitingSinceMs(look);
    return waitingSinceMs === undefined || atMs - waitingSinceMs >= this.parts.scheduleMinutes * 60_000;
  }

  private waitingSinceMs({ filed, live, atMs }: BackfillLook): number | undefined {
    const { failure } = filed.backfill;
    if (failure !== undefined) return failure.atMs;
    const isInDoubt = filed.phase === 'requested' || (live !== undefined && live.phase !== 'settled');
    this.doubtSeenAtMs = isInDoubt ? (this.doubtSeenAtMs ?? atMs) : undefined;
    return this.doubtSeenAtMs;
  }
}

function versionOf(checkpoint: Checkpoint | undefined): number {
  return checkpoint?.version ?? 0;
}
