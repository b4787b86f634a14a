import type { Checkpoint } from '../../../contract/storage/checkpoint-table';
import { hasId } from '../page/envelope';
import type { JudgedPage } from '../page/validated-page';
import { without } from '../page/validated-page';
import type { Held, SearchScope } from '../ports';
import { quarantineStart, walkOf } from '../protocol/checkpoint';
import type { FetchedPage } from '../protocol/fetch-page';
import { isReplaying } from '../protocol/position';
import type { Run } from '../run/run';

const NONE: ReadonlySet<number> = new Set();
const NOTHING_HELD: Held = {
  earlier: NONE,
  unfinished: NONE,
  conflicting: NONE,
  emptyHours: NONE,
  uncounted: [],
  foreign: [],
};
/** A run lasts minutes: what the last page put into quarantine lies within this time before it was settled. */
const QUARANTINE_MARGIN_MS = 3_600_000;

/** Looks into archive and quarantine, as far as the protocol asks for it. */
export async function compare(run: Run, fetched: FetchedPage, judged: JudgedPage): Promise<Held> {
  if (judged.accepted.length + judged.rejected.length === 0) return NOTHING_HELD;
  const held =
    walkOf(run.checkpoint) === undefined
      ? await search(run, fetched, judged)
      : await searchUnknown(run, fetched, judged);
  run.reportForeign(held.foreign);
  return held;
}

/** What reads the past looks up an event once a run. */
async function searchUnknown(run: Run, fetched: FetchedPage, judged: JudgedPage): Promise<Held> {
  const known = run.knownEvents.among(judged);
  const unknown = without(judged, known);
  if (unknown.accepted.length + unknown.rejected.length === 0) return { ...NOTHING_HELD, earlier: known };
  const held = await search(run, fetched, unknown);
  run.knownEvents.add(unknown); // a page that is compared is stored, or the run is over
  return { ...held, earlier: new Set([...known, ...held.earlier]) };
}

async function search(run: Run, { call }: FetchedPage, judged: JudgedPage): Promise<Held> {
  const { archive, protocol } = run.deps;
  const { checkpoint } = run;
  const foreignHours = run.foreignHours(judged);
  const comparison = protocol.comparison(call, {
    previous: checkpoint.settledBy,
    isReplayed: isReplaying(checkpoint) || walkOf(checkpoint) !== undefined,
    repeatsIds: run.recentIds.hasAny(judged.accepted),
    touchesForeignHours: foreignHours.size > 0,
  });
  const all: SearchScope = {
    hours: new Set(judged.accepted.map(({ hour }) => hour)),
    quarantine:
      judged.rejected.length === 0
        ? undefined
        : quarantineScope(checkpoint, { isEpoch: call.operation === 'epoch', onlyWithId: false }),
  };
  if (comparison === 'all') return archive.held(judged, run.origin, all);
  const mayBeQuarantined =
    judged.rejected.length > 0 &&
    (isDeliveredAnew(checkpoint) || judged.rejected.some(({ index }) => hasId(judged.page, index)));
  const quarantine = mayBeQuarantined
    ? quarantineScope(checkpoint, { isEpoch: false, onlyWithId: true })
    : undefined;
  if (comparison === 'none' && quarantine === undefined) return NOTHING_HELD;
  const hours = comparison === 'none' ? new Set<number>() : foreignHours;
  const held = await archive.held(judged, run.origin, { hours, quarantine });
  // What was delivered before tells that the page repeats one: then events without an `_id` are repeated, too.
  return held.earlier.size > 0 && judged.rejected.length > 0 ? archive.held(judged, run.origin, all) : held;
}

/**
 * Whether what was delivered before the stream last began may be delivered again: until it has caught up once. A watermark
 * does not tell, for one odd event moves it ahead. A checkpoint may have been lost before the first beginning.
 */
function isDeliveredAnew(checkpoint: Checkpoint): boolean {
  const { begunAtMs = 0, caughtUpAtMs = 0 } = checkpoint;
  return caughtUpAtMs < begunAtMs || isReplaying(checkpoint) || walkOf(checkpoint) !== undefined;
}

function quarantineScope(
  checkpoint: Checkpoint,
  { isEpoch, onlyWithId }: { readonly isEpoch: boolean; readonly onlyWithId: boolean },
): NonNullable<SearchScope['quarantine']> {
  const { lastAdvance, startEpochS, begunAfterSequence = Infinity } = checkpoint;
  // Each hour of the past is delivered by an epoch of its own.
  const isAllAnew = isEpoch || walkOf(checkpoint) !== undefined || lastAdvance === undefined;
  const { sequence, settledAtMs } = lastAdvance === undefined ? FIRST : quarantineStart(lastAdvance);
  if (!isAllAnew && !isDeliveredAnew(checkpoint) && !lastAdvance.isReplayed)
    return { sinceMs: settledAtMs - QUARANTINE_MARGIN_MS, repeatedFromSequence: sequence, onlyWithId };
  return {
    sinceMs: startEpochS * 1000,
    anewToSequence: isAllAnew ? Infinity : begunAfterSequence,
    repeatedFromSequence: sequence,
    onlyWithId,
  };
}

const FIRST = { sequence: 0, settledAtMs: 0 };
