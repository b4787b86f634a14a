import type { Checkpoint } from '../../../lambdas/contract/storage/checkpoint-table';
import { restUntilMsOf } from './backfill-note';
import type { BackfillLook } from './backfill-note';

/** What is handed over where a run may be begun. */
export interface RunStarterParts {
  /** Begins a run and does not wait for it. */
  readonly begin: () => Promise<void>;
  readonly scheduleMinutes: number;
}

/** A run that was begun and has not taken the lease by now is not coming: it was throttled, or ended at once. */
const LOST_AFTER_MS = 60_000;

/**
 * Begins one run of the collector after the other while somebody watches a backfill: it then goes faster than the
 * schedule, and needs none. Never while a run is on or the source rests, and not soon after a run that failed, or whose call
 * is in doubt: then as late as the schedule would.
 */
export class RunStarter {
  private begun: { readonly atMs: number; readonly liveVersion: number } | undefined;
  private doubtSeenAtMs: number | undefined;

  constructor(private readonly parts: RunStarterParts) {}

  /** Begins a run where one is due. */
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
