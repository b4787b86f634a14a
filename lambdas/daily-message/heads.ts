import type { S3Client } from '@aws-sdk/client-s3';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { FeedName } from '../contract/storage/archive-layout';
import { headKey, toldHead } from '../contract/storage/manifest';
import { isAlreadyThere } from '../shared/s3-refusals';
import type { SourceState } from './message';

/** Where the heads of a day are stored. */
interface HeadsPlace {
  readonly bucket: string;
  readonly feed: FeedName;
  /** UTC, `2026-11-22`. */
  readonly day: string;
}

/**
 * Stores the head of each source beside the archive, where a lock of the bucket holds it. Each day keeps its first one.
 * @returns why one could not be stored; undefined if all are
 */
export async function storeHeads(
  client: S3Client,
  { bucket, feed, day }: HeadsPlace,
  sources: readonly Pick<SourceState, 'sourceId' | 'chainHead' | 'headSignature'>[],
): Promise<string | undefined> {
  const put = async ({ sourceId, chainHead, headSignature }: (typeof sources)[number]): Promise<void> => {
    if (chainHead === undefined) return;
    const object = new PutObjectCommand({
      Bucket: bucket,
      Key: headKey(feed, sourceId, day),
      Body: `${sourceId}: head ${toldHead(chainHead, headSignature)}\n`,
      ContentType: 'text/plain',
      IfNoneMatch: '*',
    });
    await client.send(object).catch((error: unknown) => {
      if (!isAlreadyThere(error)) throw error;
    });
  };
  const ends = await Promise.allSettled(sources.map(put));
  const failed = ends.find((end) => end.status === 'rejected');
  return failed && String(failed.reason);
}
