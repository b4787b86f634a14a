import type { AlreadyRunning, RedriveSummary } from '../../../contract/deployment/collector-event';
import type { Checkpoint, OpenRedrive } from '../../../contract/storage/checkpoint-table';
import { liveStreamId } from '../../../contract/storage/checkpoint-table';
import type { QuarantinedRecord, RedrivenMark } from '../../../contract/storage/event-record';
import { athenaTimestamp } from '../../../contract/storage/event-record';
import type { TimeBudget } from '../../../shared/invocation';
import { CLOCKS_DIFFER_MS, Manifest } from '../../../shared/manifest';
import { CheckpointConflictError } from '../errors';
import { pageOf } from '../page/envelope';
import { validatedPage, without } from '../page/validated-page';
import type { CheckpointStore, CollectorDeps, Quarantine, QuarantineObject } from '../ports';
import { lastingLease, newLease } from '../run/lease';
import {
  addCounts,
  listObjects,
  NO_PAGES,
  redriveIndexName,
  redrivePage,
  storeMissing,
} from './redrive-page';

/** Time to read, compare, store and mark one object or page. */
const OBJECT_RESERVE_MS = 30_000;

export interface RedriveRequest {
  readonly sourceId: string;
  readonly runId: string;
  /** Days of arrival, UTC, `2026-11-22`; both included. */
  readonly fromDay: string;
  readonly toDay: string;
}

export type RedriveDeps = Pick<CollectorDeps, 'feed' | 'checkpoints' | 'archive' | 'manifest' | 'clock'> & {
  readonly quarantine: Quarantine;
};

type Counts = Omit<RedriveSummary, 'outcome' | 'pages'>;

const NO_COUNTS: Counts = { objects: 0, judged: 0, archived: 0, alreadyArchived: 0, stillRejected: 0 };

/**
 * Validates quarantined events again with this version of the collector, then reads quarantined pages again. Accepted
 * events are archived once. The quarantine keeps its objects; marks say what has been stored since. It holds the
 * source's lease, so that nobody else writes meanwhile.
 * @throws ArchiveError, CheckpointError; a repeated call continues
 */
export async function redrive(
  deps: RedriveDeps,
  request: RedriveRequest,
  budget: TimeBudget,
): Promise<AlreadyRunning | RedriveSummary> {
  const { checkpoints, clock } = deps;
  const found = await checkpoints.load(liveStreamId(deps.feed, request.sourceId));
  if (found === undefined) return { outcome: 'redriven', ...NO_COUNTS, pages: NO_PAGES };
  const other = lastingLease(found, clock.nowMs());
  if (other !== undefined) return { outcome: 'already-running', leaseExpiresAtMs: other.expiresAtMs };
  const lease = newLease(request.runId, clock.nowMs(), budget);
  const openRedrive = openedWith(found, request, clock.nowMs());
  const held = await saveUnlessChanged(checkpoints, { ...found, lease, openRedrive, writer: request.runId });
  if (held === undefined) return redrive(deps, request, budget); // a run began between our read and our write
  const manifest = new Manifest(deps.manifest, found.manifest);
  let open: OpenRedrive | undefined = openRedrive;
  try {
    if (found.openRedrive !== undefined) await listLeftMarks(deps, request.runId, { manifest, openRedrive });
    const summary = await redriveDays(deps, request, { manifest, budget });
    open = undefined;
    return summary;
  } finally {
    await checkpoints.save({ ...held, lease: undefined, openRedrive: open, manifest: manifest.head });
  }
}

/** This redrive, together with those before it that did not end. */
function openedWith(
  { openRedrive }: Checkpoint,
  { fromDay, toDay }: RedriveRequest,
  nowMs: number,
): OpenRedrive {
  if (openRedrive === undefined) return { fromDay, toDay, sinceMs: nowMs };
  return {
    fromDay: openRedrive.fromDay < fromDay ? openRedrive.fromDay : fromDay,
    toDay: openRedrive.toDay > toDay ? openRedrive.toDay : toDay,
    sinceMs: openRedrive.sinceMs,
  };
}

/**
 * Lists the marks of redrives that died before they had listed them: nobody stores such a mark again.
 * @throws ArchiveError
 */
async function listLeftMarks(
  deps: RedriveDeps,
  runId: string,
  { manifest, openRedrive }: { readonly manifest: Manifest; readonly openRedrive: OpenRedrive },
): Promise<void> {
  const { fromDay, toDay, sinceMs } = openRedrive;
  const marks = await deps.quarantine.marksSince(fromDay, toDay, sinceMs - CLOCKS_DIFFER_MS);
  const objects = await manifest.unlisted(marks);
  const [first] = objects;
  if (first === undefined) return;
  const origin = { runId, indexName: redriveIndexName(first.key), sequence: 0 };
  await listObjects(deps, { manifest, origin, objects });
}

async function saveUnlessChanged(
  checkpoints: CheckpointStore,
  checkpoint: Checkpoint,
): Promise<Checkpoint | undefined> {
  try {
    return await checkpoints.save(checkpoint);
  } catch (error) {
    if (error instanceof CheckpointConflictError) return undefined;
    throw error;
  }
}

async function redriveDays(
  deps: RedriveDeps,
  request: RedriveRequest,
  { manifest, budget }: { readonly manifest: Manifest; readonly budget: TimeBudget },
): Promise<RedriveSummary> {
  const { fromDay, toDay, runId } = request;
  let counts = NO_COUNTS;
  let pages = NO_PAGES;
  for await (const object of deps.quarantine.objects(fromDay, toDay)) {
    if (budget.remainingMs() < OBJECT_RESERVE_MS) return { outcome: 'more-to-come', ...counts, pages };
    counts = addCounts(counts, await redriveObject(deps, request, { manifest, object }));
  }
  for await (const kept of deps.quarantine.pages(fromDay, toDay)) {
    if (kept.isRedriven) continue;
    if (budget.remainingMs() < OBJECT_RESERVE_MS) return { outcome: 'more-to-come', ...counts, pages };
    pages = addCounts(pages, await redrivePage(deps, { kept, runId, manifest }));
  }
  return { outcome: 'redriven', ...counts, pages };
}

async function redriveObject(
  deps: RedriveDeps,
  { sourceId, runId }: RedriveRequest,
  { manifest, object }: { readonly manifest: Manifest; readonly object: QuarantineObject },
): Promise<Counts> {
  const lines = [...object.records.keys()].filter((line) => !object.redrivenLines.has(line));
  const validated = validatedPage(
    pageOf(
      deps.feed,
      lines.map((line) => rawBytes(object.records[line])),
    ),
  );
  const rejected = new Set(validated.rejected.map(({ index }) => index));
  const acceptable = without(validated, rejected);
  // The number of lines redriven before distinguishes one redrive of the object from the next.
  const origin = { runId, indexName: redriveIndexName(object.key), sequence: object.redrivenLines.size };
  const fresh = await storeMissing(deps, { validated: acceptable, origin, manifest });
  const accepted = validated.page.events.filter((event) => event.kind === 'accepted');
  const redrivenAt = athenaTimestamp(deps.clock.nowMs());
  const marks = accepted.map(({ id, index }): RedrivenMark => ({
    p_row_id: `${sourceId}:${id}`,
    quarantine_key: object.key,
    line: lines[index] ?? 0,
    redriven_at: redrivenAt,
    run_id: runId,
  }));
  if (marks.length > 0) {
    const mark = await deps.quarantine.mark(object, marks);
    await listObjects(deps, { manifest, origin, objects: [mark] });
  }
  return {
    objects: 1,
    judged: lines.length,
    archived: fresh.accepted.length,
    alreadyArchived: accepted.length - fresh.accepted.length,
    stillRejected: rejected.size,
  };
}

function rawBytes(record: QuarantinedRecord | undefined): Buffer {
  const { raw, raw_base64 = '' } = record ?? {};
  return raw === undefined ? Buffer.from(raw_base64, 'base64') : Buffer.from(raw);
}
