import { createHash } from 'node:crypto';
import { GetObjectCommand, NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import { OBJECT_SUFFIX } from '../../../lambdas/contract/storage/archive-layout';
import { manifestKey } from '../../../lambdas/contract/storage/manifest';
import { countOf } from '../../format/count-of';
import { formatCount } from '../../format/quantities';
import { ArchiveObjects } from '../archive/archive-objects';
import type { DoctorContext } from './doctor-context';
import type { Finding } from './finding';
import { bad, good, note } from './finding';

/**
 * A page, even one without events, is not committed before its manifest line is written, so the newest line proves that
 * the collector can write. A test object would stay among the evidence, and would test the operator's permissions, not
 * the collector's.
 */
export async function checkWritable(context: DoctorContext): Promise<Finding> {
  const { deployment, source } = context;
  const head = (await context.checkpoint())?.manifest;
  if (head === undefined || head.number === 0)
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
        whatToDo: `See what else was touched: npx netskope-audit verify ${source.sourceId} --chain`,
      },
    );
  }
  return good(
    `Concluded, not tried: the collector wrote line ${formatCount(head.number)} of the manifest at ${writtenAt(line)}.`,
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
      whatToDo: `See what was removed: npx netskope-audit verify ${source.sourceId} --chain`,
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

/** Expects a line that is unaltered. */
function writtenAt(line: string): string {
  return (JSON.parse(line) as { readonly writtenAt: string }).writtenAt;
}
