import type { Checkpoint } from '../../contract/checkpoint-table';
import type { ManifestObject } from '../../contract/manifest';
import { announceEarlierPages } from './announcement';
import { compare } from './comparison';
import { allowsCall, fetchPage } from './fetch-page';
import type { FetchedPage } from './fetch-page';
import { judgePage, without } from './judged-page';
import type { JudgedPage } from './judged-page';
import type { Held } from './ports';
import type { Run } from './run';

/**
 * Archives page after page of one stream. Each is durable before it is remembered, and remembered before it is announced.
 * @param isComplete whether nothing is to be asked for any more
 */
export async function archivePages(
  run: Run,
  isComplete: (checkpoint: Checkpoint) => boolean = ({ caughtUp }) => caughtUp,
): Promise<'caught-up' | 'more-to-come'> {
  for (;;) {
    const fetched = await fetchPage(run); //                                   0. written down, then asked for
    if (fetched === undefined) return 'more-to-come';
    const judged = judgePage(fetched.page);
    const held = await compare(run, fetched, judged);
    const fresh = without(judged, new Set([...held.earlier, ...held.unfinished]));
    if (hasEvents(fresh)) await announceEarlierPages(run);
    const stored = await run.deps.archive.store(fresh, run.origin); //         1. durable
    await list(run, fetched, [...leftBehind(held), ...stored]); //             2. listed
    await run.settle({ ...fetched, judged, held, bytesOut: bytesOf(stored) }); // 3. remembered
    logPage(run, fetched, fresh);
    if (isComplete(run.checkpoint)) return 'caught-up';
    if (!(await pause(run, fetched))) return 'more-to-come';
  } //                                                                         4. announced, when the run ends
}

/** Writes the page's line of the manifest. An idle tenant's empty page has one, too: it says that somebody looked. */
async function list(run: Run, { page }: FetchedPage, objects: readonly ManifestObject[]): Promise<void> {
  const { runId, indexName, sequence } = run.origin;
  const writtenAt = new Date(run.deps.clock.nowMs()).toISOString();
  const entry = { writtenAt, runId, indexName, sequence, received: page.values.length, objects };
  await run.manifest.append(entry, () => run.remember({ manifest: run.manifest.head }));
}

/** What earlier attempts have stored and not listed. */
function leftBehind({ unfinishedObjects, recovered }: Held): readonly ManifestObject[] {
  return [...unfinishedObjects, ...recovered.map(({ object }) => object)];
}

/** Netskope's `wait_time` and rate limit are obeyed while the time lasts. */
async function pause(run: Run, { page, rateLimitPauseMs }: FetchedPage): Promise<boolean> {
  const waitMs = Math.max(rateLimitPauseMs, (page.waitS ?? DEFAULT_WAIT_S) * 1000);
  if (!allowsCall(run, waitMs)) return false;
  if (waitMs > 0) await run.deps.clock.sleep(waitMs);
  return true;
}

/** Where an answer has no `wait_time`: clients carry 5 (Cortex) to 30 (Netskope's SDK) seconds. */
const DEFAULT_WAIT_S = 5;

function hasEvents(judged: JudgedPage): boolean {
  return judged.accepted.length + judged.rejected.length > 0;
}

function bytesOf(objects: readonly ManifestObject[]): number {
  return objects.reduce((sum, { bytes }) => sum + bytes, 0);
}

function logPage(run: Run, { call, page, bytesIn }: FetchedPage, fresh: JudgedPage): void {
  run.deps.log.info('page', {
    operation: call.operation,
    indexName: run.checkpoint.indexName,
    sequence: run.checkpoint.sequence,
    manifestLine: run.manifest.head.number,
    received: page.values.length,
    archived: fresh.accepted.length,
    quarantined: fresh.rejected.length,
    watermarkS: run.checkpoint.watermarkS,
    lagS: run.lagS(),
    bytesIn,
  });
}
