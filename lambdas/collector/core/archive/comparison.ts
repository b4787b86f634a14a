import type { Checkpoint } from '../../../contract/storage/checkpoint-table';
import type { AlreadyStored } from '../page/already-stored';
import type { ValidatedPage } from '../page/validated-page';
import { without } from '../page/validated-page';
import type { CollectorDeps, SearchScope } from '../ports';
import { hoursOfOpenPage, quarantineStart, walkOf } from '../protocol/checkpoint';
import type { FetchedPage } from '../protocol/fetch-page';
import { isReplaying } from '../protocol/position';
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
 * Finds the stored events of a page, as far as the protocol requires. A page that a run has died over is searched for in
 * all hours in which that run may have stored events: it may have come without them this time. Reports foreign objects
 * once per run.
 */
export async function compare(
  run: CompareContext,
  fetched: FetchedPage,
  validated: ValidatedPage,
): Promise<AlreadyStored> {
  const isEmpty = validated.accepted.length + validated.rejected.length === 0;
  if (isEmpty && !run.stream.wasAttempted) return NOTHING_STORED;
  const alreadyStored =
    walkOf(run.stream.checkpoint) === undefined
      ? await search(run, fetched, validated)
      : await searchUnknown(run, fetched, validated);
  const foreign = run.memory.unreported(alreadyStored.foreign);
  if (foreign.length > 0)
    run.deps.log.warn('passed over objects that the collector has not written', { keys: foreign });
  return alreadyStored;
}

/** A backfill or recheck searches for each event once per run. */
async function searchUnknown(
  run: CompareContext,
  fetched: FetchedPage,
  validated: ValidatedPage,
): Promise<AlreadyStored> {
  const known = run.memory.knownEvents.among(validated);
  const unknown = without(validated, known);
  const isAllKnown = unknown.accepted.length + unknown.rejected.length === 0;
  if (isAllKnown && !run.stream.wasAttempted) return { ...NOTHING_STORED, earlier: known };
  const alreadyStored = await search(run, fetched, unknown);
  run.memory.knownEvents.add(unknown); // a compared page is stored, or the run ends
  return { ...alreadyStored, earlier: new Set([...known, ...alreadyStored.earlier]) };
}

async function search(
  run: CompareContext,
  { call }: FetchedPage,
  validated: ValidatedPage,
): Promise<AlreadyStored> {
  const { archive, protocol } = run.deps;
  const { checkpoint, wasAttempted } = run.stream;
  const hoursOfOthers = run.memory.hoursOfOthers(validated);
  const comparison = protocol.comparison(call, {
    previous: checkpoint.settledBy,
    isReplayed: isReplaying(checkpoint) || walkOf(checkpoint) !== undefined,
    repeatsIds: run.memory.recentIds.hasAny(validated.accepted),
    touchesHoursOfOthers: hoursOfOthers.size > 0,
  });
  const all: SearchScope = {
    hours: new Set([
      ...validated.accepted.map(({ hour }) => hour),
      ...(wasAttempted ? hoursOfOpenPage(checkpoint) : []),
    ]),
    quarantine:
      validated.rejected.length === 0 && !wasAttempted
        ? undefined
        : quarantineScope(checkpoint, { isEpoch: call.operation === 'epoch', onlyWithId: false }),
  };
  if (comparison === 'all' || wasAttempted) return archive.alreadyStored(validated, run.stream.origin, all);
  const mayBeQuarantined =
    validated.rejected.length > 0 &&
    (isDeliveredAnew(checkpoint) || validated.rejected.some(({ hasId }) => hasId));
  const quarantine = mayBeQuarantined
    ? quarantineScope(checkpoint, { isEpoch: false, onlyWithId: true })
    : undefined;
  if (comparison === 'none' && quarantine === undefined) return NOTHING_STORED;
  const hours = comparison === 'none' ? new Set<number>() : hoursOfOthers;
  const alreadyStored = await archive.alreadyStored(validated, run.stream.origin, { hours, quarantine });
  // If the page repeats an event, it repeats a whole page: its events without an `_id` are repeated, too.
  return alreadyStored.earlier.size + alreadyStored.standings.size > 0 && validated.rejected.length > 0
    ? archive.alreadyStored(validated, run.stream.origin, all)
    : alreadyStored;
}

/**
 * Whether events from before the stream last began may be delivered again: until it has caught up once. The watermark
 * cannot tell, because one misdated event moves it ahead. A new stream may also have lost an earlier checkpoint.
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
