import { setTimeout as sleep } from 'node:timers/promises';
import { collectionEvent } from '../../../lambdas/contract/deployment/deployment-outputs';
import { startCollector } from '../collector';
import type { Deployment, SourceInStack } from '../deployment';
import { readLiveCheckpoint } from '../doctor/live-checkpoint';
import { OperatorError } from '../operator-error';
import type { Session } from '../session';
import type { BackfillJobs } from './backfill-jobs';
import type { FiledBackfill } from './backfill-state';
import type { BackfillLook } from './backfill-note';
import { BackfillScreen } from './backfill-screen';
import { RunStarter } from './run-starter';

export interface WatchedBackfill {
  readonly deployment: Deployment;
  readonly source: SourceInStack;
  readonly jobs: BackfillJobs;
  /** As it was when the watching began. */
  readonly filed: FiledBackfill;
  /** Whether there is no schedule: the only runs are those that are begun from here. */
  readonly isLocal: boolean;
}

/** Two small reads of the checkpoint table, some cents a day. */
const LOOK_EVERY_MS = 1_000;

/**
 * Shows how a backfill goes until it is over, and begins runs meanwhile. Ending it ends nothing but the watching.
 * @returns the backfill, done or cancelled
 * @throws OperatorError where another one has taken its place
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
