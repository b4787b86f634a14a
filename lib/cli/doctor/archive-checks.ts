import { createHash } from 'node:crypto';
import { GetObjectCommand, NoSuchKey, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { ScheduleDefault } from '../../../lambdas/contract/deployment/collector-event';
import type { FeedName } from '../../../lambdas/contract/storage/archive-layout';
import {
  dayOf,
  OBJECT_SUFFIX,
  PAGE_SUFFIX,
  prefixesOf,
} from '../../../lambdas/contract/storage/archive-layout';
import type { ManifestLine } from '../../../lambdas/contract/storage/manifest';
import { manifestKey, manifestPrefix } from '../../../lambdas/contract/storage/manifest';
import { countOf, formatCount } from '../../format/quantities';
import { visibleText } from '../../format/visible-text';
import { ArchiveObjects } from '../archive/archive-objects';
import type { Finding } from './check';
import { bad, good, note } from './check';
import type { DoctorContext } from './doctor-context';

/** More are counted, not named. */
const MAX_NAMED = 3;

const MS_PER_DAY = 86_400_000;
const MINUTES_PER_DAY = 1440;

/** Netskope does not deliver older events again, so the collector no longer reads older days. */
const DAYS_LOOKED_AT = 90;
/** As many lines as a source with the default schedule can write in that time with one page a run. */
const LINES_LOOKED_AT = Math.ceil((DAYS_LOOKED_AT * MINUTES_PER_DAY) / ScheduleDefault.minutes);

const DAY_FOLDER = 'dt=\\d{4}-\\d\\d-\\d\\d/';
const DAY = new RegExp(`^${DAY_FOLDER}$`);
const IN_DAY = new RegExp(`^${DAY_FOLDER}`);
const LINE = /^\d{12}\.json$/;

/**
 * A page with events is not committed before its manifest line is written, and an idle source writes one a day, so the
 * newest line proves that the collector can write. A test object would stay among the evidence, and would test the operator's permissions, not
 * the collector's.
 */
export async function checkWritable(context: DoctorContext): Promise<Finding> {
  const { deployment, source } = context;
  const checkpoint = await context.checkpoint();
  const head = checkpoint?.manifest;
  if (checkpoint === undefined || head === undefined || head.number === 0)
    return note('No page was stored yet, so nothing shows that the archive can be written.', {
      whatToDo: 'Look again after the first run.',
    });
  const key = manifestKey(deployment.feed, source.sourceId, head.number);
  const line = await readLine(context, key);
  if (line === undefined || sha256(line) !== head.sha256) {
    const state = line === undefined ? 'is not in' : 'was altered in';
    return bad(
      `Line ${head.number} of the manifest, the newest, ${state} bucket ${deployment.outputs.ArchiveBucket}.`,
      {
        whatToDo: `See what else was touched: npx --no -- netskope-audit verify ${source.sourceId} --chain`,
      },
    );
  }
  const { writtenAt, indexName, sequence } = JSON.parse(line) as ManifestLine;
  const { lastAdvance } = checkpoint;
  if (indexName === checkpoint.indexName && lastAdvance !== undefined && sequence < lastAdvance.sequence)
    return bad(
      `The newest line of the manifest is of page ${sequence}; the checkpoint knows events of page ${lastAdvance.sequence}.`,
      {
        whatToDo: `See what was removed: npx --no -- netskope-audit verify ${source.sourceId} --chain`,
      },
    );
  return good(
    `Concluded, not tried: the collector wrote line ${formatCount(head.number)} of the manifest at ${writtenAt}.`,
  );
}

export async function checkReadable(context: DoctorContext): Promise<Finding> {
  const { deployment, source } = context;
  const bucket = deployment.outputs.ArchiveBucket;
  const archive = new ArchiveObjects(deployment, source.sourceId);
  const key = (await archive.newestKeys()).filter((name) => name.endsWith(OBJECT_SUFFIX)).at(-1);
  const streams = await Promise.all([context.checkpoint(), context.recheck(), context.backfill()]);
  const counted = streams.reduce((sum, stream) => sum + (stream?.totals.archived ?? 0), 0);
  if (key !== undefined) {
    const events = (await archive.lines(key)).length;
    return good(`Read ${formatCount(events)} of ${countOf(counted, 'event')} from s3://${bucket}/${key}.`);
  }
  if (counted > 0)
    return bad(`The checkpoints count ${countOf(counted, 'event')}, and the archive in ${bucket} is empty.`, {
      whatToDo: `See what was removed: npx --no -- netskope-audit verify ${source.sourceId} --chain`,
    });
  return note(`The archive in ${bucket} is empty, as nothing was collected yet.`, {
    whatToDo: 'Look again after the first event.',
  });
}

/** @returns undefined if there is no such object */
async function readLine({ aws, deployment }: DoctorContext, key: string): Promise<string | undefined> {
  const place = { Bucket: deployment.outputs.ArchiveBucket, Key: key };
  try {
    const { Body } = await aws.client(S3Client).send(new GetObjectCommand(place));
    return (await Body?.transformToString()) ?? '';
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The collector ignores objects it does not know, but whoever wrote them may have done more. */
export async function checkForeignObjects(context: DoctorContext): Promise<Finding> {
  const { aws, deployment, source, nowMs } = context;
  const bucket = deployment.outputs.ArchiveBucket;
  const newestLine = (await context.checkpoint())?.manifest?.number ?? 0;
  const { feed } = deployment;
  const place = { client: aws.client(S3Client), bucket, feed, sourceId: source.sourceId };
  const named: string[] = [];
  let count = 0;
  for await (const key of foreignObjects(place, { newestLine, nowMs: nowMs() })) {
    count++;
    if (named.length < MAX_NAMED) named.push(visibleText(key));
  }
  if (count === 0) return good(`None in ${bucket} that the collector would not write.`);
  const more = count > MAX_NAMED ? `, and ${count - MAX_NAMED} more` : '';
  return note(`${countOf(count, 'name')} that the collector does not write: ${named.join(', ')}${more}.`, {
    whatToDo: 'See foreign-object in docs/runbook.md.',
  });
}

/** The form of the collector's keys below each prefix. */
function dailyKeys(feed: FeedName) {
  const { archive, quarantine, quarantinedPages } = prefixesOf(feed);
  return [
    { prefix: archive, folders: `${DAY_FOLDER}hour=\\d\\d/`, suffix: OBJECT_SUFFIX },
    { prefix: quarantine, folders: DAY_FOLDER, suffix: OBJECT_SUFFIX },
    { prefix: quarantinedPages, folders: DAY_FOLDER, suffix: PAGE_SUFFIX },
  ];
}

interface ForeignObjectsPlace {
  readonly client: S3Client;
  readonly bucket: string;
  readonly feed: FeedName;
  readonly sourceId: string;
}

/**
 * Keys that the collector does not write, such as folder markers and other suffixes, in the last 90 days of a source's
 * archive and quarantine and among the newest lines of its manifest. Looks only at names.
 * @param newestLine number of the newest line
 */
async function* foreignObjects(
  { client, bucket, feed, sourceId }: ForeignObjectsPlace,
  { newestLine, nowMs }: { readonly newestLine: number; readonly nowMs: number },
): AsyncGenerator<string> {
  const list = (input: { Prefix: string; StartAfter?: string; Delimiter?: string }) =>
    paginateListObjectsV2({ client }, { Bucket: bucket, ...input });
  const firstDay = dayOf(nowMs - DAYS_LOOKED_AT * MS_PER_DAY);
  for (const { prefix, folders, suffix } of dailyKeys(feed)) {
    const ofSource = `${prefix}/source=${sourceId}/`;
    const own = new RegExp(`^${folders}[^/]+$`);
    const isOwn = (name: string): boolean => own.test(name) && name.endsWith(suffix);
    // Keys outside the day folders, then keys in the newest of those folders.
    for await (const { Contents = [], CommonPrefixes = [] } of list({ Prefix: ofSource, Delimiter: '/' })) {
      for (const { Key = '' } of Contents) yield Key;
      for (const { Prefix = '' } of CommonPrefixes)
        if (!DAY.test(Prefix.slice(ofSource.length))) yield Prefix;
    }
    for await (const { Contents = [] } of list({
      Prefix: `${ofSource}dt=`,
      StartAfter: `${ofSource}dt=${firstDay}`,
    })) {
      for (const { Key = '' } of Contents) {
        const name = Key.slice(ofSource.length);
        if (IN_DAY.test(name) && !isOwn(name)) yield Key;
      }
    }
  }
  const lines = manifestPrefix(feed, sourceId);
  const firstLine = manifestKey(feed, sourceId, Math.max(0, newestLine - LINES_LOOKED_AT));
  for await (const key of keysOf(list({ Prefix: lines, StartAfter: firstLine })))
    if (!LINE.test(key.slice(lines.length))) yield key;
  // A folder marker sorts before every line.
  for await (const key of keysOf(list({ Prefix: lines, Delimiter: '/' }))) {
    if (key > firstLine) break;
    yield key;
  }
}

async function* keysOf(pages: ReturnType<typeof paginateListObjectsV2>): AsyncGenerator<string> {
  for await (const { Contents = [] } of pages) for (const { Key = '' } of Contents) yield Key;
}
