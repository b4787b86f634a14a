import { setTimeout as sleep } from 'node:timers/promises';
import { collectionEvent } from '../../../lambdas/contract/deployment/deployment-outputs';
import type { Checkpoint } from '../../../lambdas/contract/storage/checkpoint-table';
import { describeRest } from '../../format/describe-rest';
import { formatAge, formatCount, formatMinute } from '../../format/quantities';
import { visibleText } from '../../format/visible-text';
import { readLiveCheckpoint, startCollector } from '../deployment/collector';
import type { Deployment, SourceInStack } from '../deployment/deployment';
import { OperatorError } from '../operator-error';
import type { Session } from '../session';
import type { Progress } from '../terminal/terminal';
import type { BackfillJobs, FiledBackfill } from './backfill-jobs';
import { reachedS } from './backfill-jobs';

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
    whatToDo: `Watch the new one with npx --no -- netskope-audit backfill ${jobs.sourceId}.`,
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

const SECONDS_PER_HOUR = 3600;
const SECONDS_PER_MINUTE = 60;

/** A rate measured over less time than this is unreliable. */
const MIN_OBSERVED_S = 10;

/** Without a page of either stream for this long, no run seems to be at work: a page takes two minutes at most. */
const STANDSTILL_S = 15 * 60;

/** One reading of a backfill and of the live feed beside it. */
export interface BackfillLook {
  readonly atMs: number;
  readonly filed: FiledBackfill;
  /** The live feed's checkpoint; absent before its first run. */
  readonly live?: Checkpoint;
}

interface ScreenOptions {
  readonly sourceId: string;
  /** Whether work on the backfill stops when this process ends. */
  readonly isLocal: boolean;
}

/** Shows the progress of a backfill: a bar, and a line for each run that fails. */
export class BackfillScreen {
  private first: BackfillLook | undefined;
  private last: BackfillLook | undefined;
  private progress: Progress | undefined;
  private readonly printEnd = (): void => this.endText();

  constructor(
    private readonly session: Session,
    private readonly options: ScreenOptions,
  ) {
    session.signal.addEventListener('abort', this.printEnd, { once: true });
  }

  show(look: BackfillLook): void {
    this.first ??= look;
    this.tellFailure(look);
    this.last = look;
    this.progress ??= this.begin(look);
    this.progress.update(reachedS(look.filed), backfillNote(this.first, look));
  }

  /** To be called once there is nothing left to watch. */
  end(): void {
    this.session.signal.removeEventListener('abort', this.printEnd);
    this.progress?.stop();
  }

  private begin({ filed }: BackfillLook): Progress {
    const { fromEpochS, toEpochS } = filed.backfill;
    const title = `backfill ${this.options.sourceId}`;
    return this.session.terminal.progress({ title, total: toEpochS - fromEpochS });
  }

  private tellFailure({ filed }: BackfillLook): void {
    const { failure } = filed.backfill;
    if (failure === undefined || failure.atMs === this.last?.filed.backfill.failure?.atMs) return;
    this.progress?.stop();
    this.progress = undefined;
    const time = new Date(failure.atMs).toISOString().slice(11, 19);
    this.session.terminal.printMarked(
      'bad',
      `The run that ended at ${time} UTC failed: ${visibleText(failure.reason)}. The next run goes on.`,
    );
  }

  /** Printed when watching is interrupted: the backfill itself is not. */
  private endText(): void {
    const { sourceId, isLocal } = this.options;
    this.progress?.stop();
    this.session.terminal.printMarked(
      'note',
      isLocal
        ? `The backfill stays open, and goes on with npx --no -- netskope-audit backfill ${sourceId} --local.`
        : `Only the watching has ended: scheduled runs go on with the backfill. Watch it again with npx --no -- netskope-audit backfill ${sourceId}.`,
    );
  }
}

/** The text beside the progress bar: counts, pages, and either the speed or what the backfill waits for. */
export function backfillNote(first: BackfillLook, now: BackfillLook): string {
  const { filed } = now;
  const { archived, quarantined } = filed.totals;
  const counts = [
    `${formatCount(archived)} archived`,
    ...(quarantined === 0 ? [] : [`${formatCount(quarantined)} quarantined`]),
    `${formatCount(filed.sequence)} pages`,
  ].join(', ');
  const pace = waitsFor(now) ?? speed(first, now);
  return pace === undefined ? counts : `${counts}; ${pace}`;
}

function waitsFor(look: BackfillLook): string | undefined {
  const { live, filed, atMs } = look;
  if (live === undefined) return 'waiting for the first run of the live feed, which needs a token';
  const isRunning = (live.lease?.expiresAtMs ?? 0) > atMs;
  const restUntilMs = restUntilMsOf(look);
  if (!isRunning && restUntilMs > atMs) return `rests ${describeRest(restUntilMs)}`;
  const lastServedAtMs = Math.max(live.servedAtMs ?? 0, filed.servedAtMs ?? 0, filed.backfill.filedAtMs);
  const idleS = Math.round((atMs - lastServedAtMs) / 1000);
  if (idleS >= STANDSTILL_S)
    return `no page for ${formatAge(idleS)}: npx --no -- netskope-audit doctor looks for the cause`;
  if (live.caughtUp) return undefined;
  return `the live feed goes first; it stands at ${formatMinute(live.watermarkS ?? live.startEpochS)}`;
}

/** Measured since watching began: before that the live feed may have been busy, or no run at work. */
function speed(first: BackfillLook, now: BackfillLook): string | undefined {
  const observedS = (now.atMs - first.atMs) / 1000;
  const doneS = reachedS(now.filed) - reachedS(first.filed);
  if (observedS < MIN_OBSERVED_S || doneS <= 0) return undefined;
  const hoursPerMinute = doneS / SECONDS_PER_HOUR / (observedS / SECONDS_PER_MINUTE);
  const { fromEpochS, toEpochS } = now.filed.backfill;
  const leftS = ((toEpochS - fromEpochS - reachedS(now.filed)) * observedS) / doneS;
  return `${hoursPerMinute.toFixed(1)} h/min, about ${formatAge(Math.ceil(leftS))} left`;
}

/** Unix milliseconds until which one of the two streams makes no calls; 0 if neither rests. */
function restUntilMsOf({ live, filed }: BackfillLook): number {
  return Math.max(live?.restUntilMs ?? 0, filed.restUntilMs ?? 0);
}
