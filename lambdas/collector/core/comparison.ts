import type { Checkpoint } from '../../contract/checkpoint-table';
import { quarantineStart } from './checkpoint';
import type { FetchedPage } from './fetch-page';
import { isReplaying } from './iterator';
import type { JudgedPage } from './judged-page';
import type { Held, SearchScope } from './ports';
import type { Run } from './run';

const NONE: ReadonlySet<number> = new Set();
const NOTHING_HELD: Held = {
  earlier: NONE,
  unfinished: NONE,
  conflicting: NONE,
  emptyHours: NONE,
  unfinishedObjects: [],
  recovered: [],
};
/** A run lasts minutes: what the last page put into quarantine lies within this time before it was settled. */
const QUARANTINE_MARGIN_MS = 3_600_000;

/** Looks into archive and quarantine, as far as the protocol asks for it. */
export async function compare(run: Run, { call, page }: FetchedPage, judged: JudgedPage): Promise<Held> {
  if (page.values.length === 0) return NOTHING_HELD;
  const foreignHours = run.foreignHours(judged);
  // A backfill asks for what the live feed was asked for, or should have been.
  const isReplayed = isReplaying(run.checkpoint) || run.checkpoint.backfill !== undefined;
  const comparison = run.deps.protocol.comparison(call, {
    previous: run.previous,
    isReplayed,
    repeatsIds: run.recentIds.hasAny(judged.accepted),
    touchesForeignHours: foreignHours.size > 0,
  });
  if (comparison === 'none') return NOTHING_HELD;
  if (comparison === 'foreign-hours')
    return run.deps.archive.held(judged, run.origin, { hours: foreignHours });
  return run.deps.archive.held(judged, run.origin, {
    hours: new Set(judged.accepted.map(({ hour }) => hour)),
    quarantine: quarantineScope(run.checkpoint, call.operation === 'epoch' || isReplayed),
  });
}

function quarantineScope(
  { lastAdvance, startEpochS }: Checkpoint,
  isDeliveredAnew: boolean,
): NonNullable<SearchScope['quarantine']> {
  if (isDeliveredAnew || lastAdvance === undefined || lastAdvance.isReplayed)
    return { sinceMs: startEpochS * 1000, fromSequence: 0 };
  const { sequence, settledAtMs } = quarantineStart(lastAdvance);
  return { sinceMs: settledAtMs - QUARANTINE_MARGIN_MS, fromSequence: sequence };
}
