import type { Checkpoint } from '../../../contract/storage/checkpoint-table';
import type { ManifestObject } from '../../../contract/storage/manifest';
import { compare } from '../archive/comparison';
import type { UncountedObject } from '../page/already-stored';
import { pageOf } from '../page/envelope';
import type { ValidatedPage } from '../page/validated-page';
import { marked, unstored, validatedPage } from '../page/validated-page';
import { firstHourOf, isAbandonedOver, isExpectedHour, walkOf } from '../protocol/checkpoint';
import { committedWithoutEvents, withoutAbandoned } from '../protocol/commit-page';
import type { FetchedPage, GivenUpPage } from '../protocol/fetch-page';
import { allowsCall, fetchPage } from '../protocol/fetch-page';
import type { Run } from './run';

const MS_PER_DAY = 86_400_000;

/** What a stream wants of its pages. */
export interface Reading {
  /** Whether nothing is to be asked for any more. */
  readonly isComplete: (checkpoint: Checkpoint, page: ValidatedPage) => boolean;
  /** The events of a page that are this stream's business. @default - all */
  readonly select?: (page: ValidatedPage, askedAtMs: number) => ValidatedPage;
}

/** The live feed reads until nothing is left. */
const UNTIL_CAUGHT_UP: Reading = { isComplete: ({ caughtUp }) => caughtUp };

/** Archives page after page of one stream. Each is durable and listed before it is remembered. */
export async function archivePages(
  run: Run,
  { isComplete, select = (page) => page }: Reading = UNTIL_CAUGHT_UP,
): Promise<'caught-up' | 'more-to-come'> {
  for (;;) {
    if (!(await pause(run))) return 'more-to-come';
    const fetched = await fetchPage(run); //                                   0. written down, then asked for
    if (fetched === undefined) return 'more-to-come';
    if (fetched.kind === 'given-up') {
      await keepPage(run, fetched);
      continue;
    }
    const page = validatedPage(fetched.page);
    const selected = select(page, fetched.askedAtMs);
    const alreadyStored = await compare(run, fetched, selected);
    const validated = marked(selected, alreadyStored);
    const fresh = unstored(validated, alreadyStored);
    await rememberOpenHours(run, fresh);
    const stored = await run.deps.archive.store(fresh, run.stream.origin); //         1. durable
    // Answers that runs that died have kept of the page, which can be read now.
    const keptPages = await run.deps.archive.keptPages(
      run.stream.checkpoint.openPageKeys ?? [],
      run.stream.origin,
    );
    const left = await run.manifest.unlisted([...alreadyStored.uncounted, ...keptPages]);
    await list(run, fetched.page.events.length, [...left, ...stored]); //      2. listed
    run.commit({
      ...fetched,
      validated,
      alreadyStored,
      bytesIn: fetched.bytes.length,
      keptPages: keptPages.length,
      bytesOut: bytesOf(stored),
    }); //                                                                     3. remembered with the next call
    logPage(run, fetched, fresh);
    if (isAbandonedOver(run.stream.checkpoint)) await endAbandoned(run);
    run.waitMs = Math.max(fetched.rateLimitPauseMs, (fetched.page.waitS ?? DEFAULT_WAIT_S) * 1000);
    // A page over which the stream began again is not its last one.
    if (run.stream.checkpoint.phase === 'settled' && isComplete(run.stream.checkpoint, page))
      return 'caught-up';
  } //                                                                         4. announced, when the run ends
}

/** A page that stays unreadable stops nobody: it goes to quarantine as it was received, and the feed goes on. */
async function keepPage(run: Run, page: GivenUpPage): Promise<void> {
  const { archive, log, clock } = run.deps;
  const key = archive.keyOfPage(page, run.stream.origin);
  const openKeys = run.stream.checkpoint.openPageKeys ?? [];
  await run.stream.save({ openPageKeys: [...new Set([...openKeys, key])] });
  const object = await archive.keepPage(page, run.stream.origin, key);
  const own = object === undefined ? [] : [object];
  // Runs that died have kept it in other bytes, or in the same ones before the stream began again.
  const earlierKeys = openKeys.filter((earlier) => earlier !== object?.key);
  const earlier = await archive.keptPages(earlierKeys, run.stream.origin);
  const left = await leftByAttempts(run);
  const unlisted = await run.manifest.unlisted([...left, ...earlier]);
  await list(run, 0, [...unlisted, ...own]);
  const kept = [...earlier.map((one) => one.object), ...own];
  const { reason, bytes } = page;
  log.warn('a page that cannot be read is kept in quarantine', {
    key: object?.key,
    reason,
    bytes: bytes.length,
  });
  const nowMs = clock.nowMs();
  await run.stream.save({
    ...committedWithoutEvents(run.stream.checkpoint, { keptPages: kept.length, left, nowMs }),
    manifest: run.manifest.head,
  });
  run.tally.addGivenUpPage(bytes.length, kept);
}

/** Hours from the one before where the feed stands that are looked through: a day's, and an hour before it. */
const SEARCHED_HOURS = 25;

/** Should the run die over the page and the page be spoiled before it comes again, nothing else tells where its events lie. */
async function rememberOpenHours(run: Run, { accepted }: ValidatedPage): Promise<void> {
  const { checkpoint } = run.stream;
  const known = checkpoint.openHours ?? [];
  const openHours = new Set([
    ...known,
    ...accepted.map(({ hour }) => hour).filter((hour) => !isExpectedHour(checkpoint, hour)),
  ]);
  if (openHours.size > known.length) await run.stream.save({ openHours: [...openHours] });
}

/**
 * What runs that died have stored of the page, or of pages that were given up before, while it could be read: a page that is
 * asked for again may have grown by an event that spoils it, and is not compared.
 */
async function leftByAttempts(run: Run): Promise<readonly UncountedObject[]> {
  const { checkpoint } = run.stream;
  const firstHour = firstHourOf(checkpoint);
  const hours = Array.from({ length: SEARCHED_HOURS }, (_, place) => firstHour + place);
  return leftIn(run, hours, checkpoint.unreadable?.sinceMs ?? run.deps.clock.nowMs());
}

/**
 * Ends the memory of abandoned pages. Not all that they stored is delivered again: an event that was late may be older
 * than where the stream began again, one that was ahead of the clock may have become the live feed's. It is listed and
 * counted now. Near the stream's position, everything was.
 */
export async function endAbandoned(run: Run): Promise<void> {
  const { abandoned, begunAtMs = 0 } = run.stream.checkpoint;
  if (abandoned === undefined) return;
  const left = await leftIn(run, [], abandoned.sinceMs ?? begunAtMs);
  if (left.length > 0) {
    const unlisted = await run.manifest.unlisted(left);
    await list(run, 0, unlisted);
    run.deps.log.warn('objects of abandoned pages are listed and counted', {
      keys: left.map(({ object }) => object.key),
    });
  }
  run.stream.stage({ ...withoutAbandoned(run.stream.checkpoint, left), manifest: run.manifest.head });
}

/** What attempts left in the open hours and in these, and since a day before this time in the quarantine. */
async function leftIn(
  { deps, stream: { checkpoint, origin } }: Run,
  hours: readonly number[],
  sinceMs: number,
): Promise<readonly UncountedObject[]> {
  const alreadyStored = await deps.archive.alreadyStored(validatedPage(pageOf(deps.feed, [])), origin, {
    hours: new Set([...hours, ...(checkpoint.openHours ?? [])]),
    quarantine: { sinceMs: sinceMs - MS_PER_DAY, repeatedFromSequence: 0, onlyWithId: false },
  });
  return alreadyStored.uncounted;
}

/**
 * Writes the page's line of the manifest. An empty page has one if the day has none yet: an idle tenant's lines say that
 * somebody looked. A page of the past that stored nothing has none.
 */
async function list(run: Run, received: number, objects: readonly ManifestObject[]): Promise<void> {
  const { runId, indexName, sequence } = run.stream.origin;
  const writtenAt = new Date(run.deps.clock.nowMs()).toISOString();
  const isWalk = walkOf(run.stream.checkpoint) !== undefined;
  const saysNothing = isWalk || (received === 0 && run.manifest.isListedOnDayOf(writtenAt));
  if (objects.length === 0 && saysNothing) return;
  const entry = { writtenAt, runId, indexName, sequence, received, objects };
  const skipped = await run.manifest.append(entry, () => run.stream.save({ manifest: run.manifest.head }));
  if (skipped.length > 0)
    run.deps.log.warn('passed over objects that are no lines of the manifest', { skipped });
}

/** Waits as the answer before has asked, while the time lasts. */
async function pause(run: Run): Promise<boolean> {
  const { waitMs } = run;
  if (!allowsCall(run, waitMs)) return false;
  run.waitMs = 0;
  if (waitMs > 0) await run.deps.clock.sleep(waitMs);
  return true;
}

/** Where an answer has no `wait_time`: clients carry 5 (Cortex) to 30 (Netskope's SDK) seconds. */
const DEFAULT_WAIT_S = 5;

function bytesOf(objects: readonly ManifestObject[]): number {
  return objects.reduce((sum, { bytes }) => sum + bytes, 0);
}

function logPage(run: Run, { call, page, bytes }: FetchedPage, fresh: ValidatedPage): void {
  run.deps.log.info('page', {
    operation: call.operation,
    indexName: run.stream.checkpoint.indexName,
    sequence: run.stream.checkpoint.sequence,
    manifestLine: run.manifest.head.number,
    received: page.events.length,
    archived: fresh.accepted.length,
    quarantined: fresh.rejected.length,
    watermarkS: run.stream.checkpoint.watermarkS,
    lagS: run.stream.lagS(),
    bytesIn: bytes.length,
  });
}
