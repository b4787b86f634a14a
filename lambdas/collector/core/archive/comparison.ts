import type { Checkpoint } from '../../../contract/storage/checkpoint-table';
import type { AlreadyStored } from '../page/already-stored';
import type { ValidatedPage } from '../page/validated-page';
import { without } from '../page/validated-page';
import type { CollectorDeps, SearchScope } from '../ports';
import { hoursOfOpenPage, mayRepeat, quarantineStart, walkOf } from '../protocol/checkpoint';
import type { FetchedPage } from '../protocol/fetch-page';
import type { Stream } from '../protocol/stream';
import type { RunMemory } from './run-memory';

const NONE: ReadonlySet<number> = new Set();
const NOTHING_STORED: AlreadyStored = {
  earlier: NONE,
  unfinished: NONE,
  standings: new Map(),
  emptyHours: NONE,
  uncounted: [],
  foreign: [],
};
/** A run lasts minutes, so the last page stored its quarantined events within this time before its commit. */
const QUARANTINE_MARGIN_MS = 3_600_000;

/** The parts of a run that a comparison uses. */
export interface CompareContext {
  readonly deps: Pick<CollectorDeps, 'archive' | 'protocol' | 'log'>;
  readonly stream: Stream;
  readonly memory: RunMemory;
}

/**
 * Finds the stored events of a page, as far as the protocol requires. Of a backfill or recheck, each event is searched for
 * once per run. Reports foreign objects once per run.
 */
export async function compare(
  run: CompareContext,
  fetched: FetchedPage,
  validated: ValidatedPage,
): Promise<AlreadyStored> {
  const { knownEvents } = run.memory;
  const isWalk = walkOf(run.stream.checkpoint) !== undefined;
  const known = isWalk ? knownEvents.among(validated) : NONE;
  const unknown = without(validated, known);
  const found = await search(run, fetched, unknown);
  // A compared page is stored, or the run ends.
  if (isWalk) knownEvents.add(unknown);
  const foreign = run.memory.unreported(found.foreign);
  if (foreign.length > 0)
    run.deps.log.warn('passed over objects that the collector has not written', { keys: foreign });
  return known.size === 0 ? found : { ...found, earlier: new Set([...known, ...found.earlier]) };
}

async function search(
  { deps: { archive, protocol }, stream, memory }: CompareContext,
  { call }: FetchedPage,
  validated: ValidatedPage,
): Promise<AlreadyStored> {
  const { checkpoint, origin } = stream;
  const { accepted, rejected } = validated;
  const hours = new Set(accepted.map(({ hour }) => hour));
  const quarantine = quarantineScope(checkpoint, { isEpoch: call.operation === 'epoch', onlyWithId: false });
  // The run that died may have stored the page when it came with other events than now, or with any at all.
  if (stream.wasAttempted)
    return archive.alreadyStored(validated, origin, {
      hours: new Set([...hours, ...hoursOfOpenPage(checkpoint)]),
      quarantine,
    });
  if (accepted.length + rejected.length === 0) return NOTHING_STORED;
  const hoursOfOthers = memory.hoursOfOthers(validated);
  const comparison = protocol.comparison(call, {
    previous: checkpoint.settledBy,
    mayRepeat: mayRepeat(checkpoint),
    repeatsIds: memory.recentIds.hasAny(accepted),
    touchesHoursOfOthers: hoursOfOthers.size > 0,
  });
  const all: SearchScope = { hours, quarantine: rejected.length === 0 ? undefined : quarantine };
  if (comparison === 'all') return archive.alreadyStored(validated, origin, all);
  const mayBeQuarantined =
    rejected.length > 0 && (isDeliveredAnew(checkpoint) || rejected.some(({ hasId }) => hasId));
  const some: SearchScope = {
    hours: comparison === 'none' ? new Set() : hoursOfOthers,
    quarantine: mayBeQuarantined
      ? quarantineScope(checkpoint, { isEpoch: false, onlyWithId: true })
      : undefined,
  };
  if (comparison === 'none' && some.quarantine === undefined) return NOTHING_STORED;
  const found = await archive.alreadyStored(validated, origin, some);
  // If the page repeats an event, it repeats a whole page: its events without an `_id` are repeated, too.
  return found.earlier.size + found.standings.size > 0 && rejected.length > 0
    ? archive.alreadyStored(validated, origin, all)
    : found;
}

/**
 * Whether events from before the stream last began may be delivered again: until it has caught up once. The watermark
 * cannot tell, because one misdated event moves it ahead. A new stream may also have lost an earlier checkpoint.
 */
function isDeliveredAnew(checkpoint: Checkpoint): boolean {
  const { begunAtMs = 0, caughtUpAtMs = 0 } = checkpoint;
  return caughtUpAtMs < begunAtMs || mayRepeat(checkpoint);
}

function quarantineScope(
  checkpoint: Checkpoint,
  { isEpoch, onlyWithId }: { readonly isEpoch: boolean; readonly onlyWithId: boolean },
): NonNullable<SearchScope['quarantine']> {
  const { lastAdvance, startEpochS, begunAfterSequence = Infinity } = checkpoint;
  // A backfill or recheck makes an epoch call for each hour.
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
