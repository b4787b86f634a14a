import type { BackfillJob, Checkpoint, RecheckJob } from '../../../contract/storage/checkpoint-table';
import type { ValidatedPage } from '../page/validated-page';
import { stepOf, walkOf } from '../protocol/checkpoint';
import { CLOCKS_DIFFER_S, isFull } from '../protocol/position';
import { archivePages, endAbandoned } from './archive-pages';
import type { Run } from './run';

const SECONDS_PER_HOUR = 3600;
/** Events appear about 300 s after they happened (Netskope's audit samples): reading goes a little past the range. */
const LATE_MARGIN_S = 900;

/**
 * Reads a past time range: for each hour an epoch call, then pages until they are past the hour. The watermark does not
 * decide where an hour ends: one misdated event moves it ahead, and events would be missed.
 * @returns whether all of it was read
 * @throws what `archivePages` throws; the next run continues where this one stopped
 */
export async function walkHours(run: Run): Promise<'done' | 'more-to-come'> {
  for (;;) {
    const walk = walkOf(run.stream.checkpoint);
    if (walk === undefined) throw new Error(`stream ${run.stream.checkpoint.streamId} has no hours to read`);
    const stepS = stepOf(walk);
    const presentS = Math.floor(run.deps.clock.nowMs() / 1000);
    if (stepS >= Math.min(walk.toEpochS + LATE_MARGIN_S, presentS)) {
      await endAbandoned(run);
      return 'done';
    }
    const endS = endOfStepS(run, stepS);
    // Events that happen during reading count as past the hour: an audited call would otherwise never be the last. The
    // newest minutes belong to the live feed, even if the clocks differ.
    const hour = new HourEnd(Math.min(endS, presentS - CLOCKS_DIFFER_S), run.deps.protocol.smallestFullPage);
    const reading = {
      isComplete: (checkpoint: Checkpoint, page: ValidatedPage) => hour.isPastHour(checkpoint, page),
      select: (page: ValidatedPage, askedAtMs: number) => within(page, walk.toEpochS, askedAtMs / 1000),
    };
    if ((await archivePages(run, reading)) === 'more-to-come') {
      await run.stream.save(); // the hour that the walk has come to
      return 'more-to-come';
    }
    run.stream.stage(atStep(run.stream.checkpoint, endS));
  }
}

/** Time before Netskope's retention is one step: an epoch call there starts at the beginning of the retention. */
function endOfStepS({ deps: { protocol, clock } }: Run, stepS: number): number {
  return Math.max(stepS, protocol.epochWithinRetentionS(stepS, clock.nowMs())) + SECONDS_PER_HOUR;
}

/** The stream, set to begin at another hour. */
function atStep(checkpoint: Checkpoint, stepS: number): Partial<Checkpoint> {
  return {
    phase: 'unstarted',
    startEpochS: stepS,
    watermarkS: undefined,
    highS: undefined,
    rawWatermark: undefined,
    emptyToS: undefined,
    caughtUp: false,
    ...withJob(checkpoint, { stepS }),
  };
}

/**
 * Remembers why a backfill or recheck could not continue; `status` shows it.
 * @param what name of the job for the log, in case remembering fails, too
 */
export async function rememberFailure(run: Run, what: string, failure: unknown): Promise<void> {
  const reason = failure instanceof Error ? failure.message : String(failure);
  try {
    await run.stream.save(
      withJob(run.stream.checkpoint, { failure: { atMs: run.deps.clock.nowMs(), reason } }),
    );
  } catch (error) {
    run.deps.log.warn(`the failure of the ${what} could not be remembered`, { reason: String(error) });
  }
}

/** The stream's job, backfill or recheck, with some of its parts changed. */
function withJob(
  { backfill, recheck }: Checkpoint,
  change: Partial<BackfillJob & RecheckJob>,
): Partial<Checkpoint> {
  if (backfill !== undefined) return { backfill: { ...backfill, ...change } };
  return recheck === undefined ? {} : { recheck: { ...recheck, ...change } };
}

/** Detects when the pages of an hour are complete. */
class HourEnd {
  private pagesPast = 0;

  constructor(
    private readonly endS: number,
    private readonly smallestFullPage: number,
  ) {}

  /**
   * True after an empty page, or a page whose events are all past the hour. A full page of that kind may hold only
   * misdated events: it takes two in a row.
   */
  isPastHour(checkpoint: Checkpoint, { page, accepted }: ValidatedPage): boolean {
    if (page.events.length === 0) return true;
    const isPast = accepted.length > 0 && accepted.every(({ timestampS }) => timestampS >= this.endS);
    this.pagesPast = isPast ? this.pagesPast + 1 : 0;
    return this.pagesPast > 1 || (isPast && !isFull(page, checkpoint, this.smallestFullPage));
  }
}

/**
 * The events of a page that belong to the range. Those between its end and the call belong to the live feed; those
 * dated after the call belong to no range and are kept. A rejected event without a time follows the rest of its page.
 */
function within(validated: ValidatedPage, toS: number, askedAtS: number): ValidatedPage {
  const isWithin = (timestampS: number): boolean => timestampS < toS || timestampS > askedAtS;
  const accepted = validated.accepted.filter(({ timestampS }) => isWithin(timestampS));
  const isAllWithin = accepted.length === validated.accepted.length;
  const rejected = validated.rejected.filter(({ timestampS }) =>
    timestampS === undefined ? isAllWithin : isWithin(timestampS),
  );
  return { ...validated, accepted, rejected };
}
