import type { ListObjectsV2CommandInput } from '@aws-sdk/client-s3';
import { paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import type { FeedName } from '../../../lambdas/contract/storage/archive-layout';
import { archivePartition, prefixesOf } from '../../../lambdas/contract/storage/archive-layout';
import type { ArchiveError } from '../../../lambdas/shared/errors';
import { ObjectReader } from '../../../lambdas/shared/object-reader';
import type { Deployment } from '../deployment/deployment';
import { OperatorError } from '../operator-error';

/** The objects of one source's archive. Their keys sort by the hour of the events in them. */
export class ArchiveObjects {
  private readonly client: S3Client;
  private readonly bucket: string;
  private readonly feed: FeedName;
  private readonly prefix: string;

  constructor(
    { aws, feed, outputs }: Deployment,
    private readonly sourceId: string,
  ) {
    this.client = aws.client(S3Client);
    this.bucket = outputs.ArchiveBucket;
    this.feed = feed;
    this.prefix = `${prefixesOf(feed).archive}/source=${sourceId}/`;
  }

  /**
   * Keys of this hour and all later ones, oldest hour first.
   * @param hour whole hours since 1970
   */
  keysFrom(hour: number): Promise<string[]> {
    // A prefix sorts before every key that begins with it, so the objects of this hour are listed too.
    return this.keys({ StartAfter: this.partition(hour) });
  }

  /**
   * Keys of one hour.
   * @param hour whole hours since 1970
   */
  keysOf(hour: number): Promise<string[]> {
    return this.keys({ Prefix: this.partition(hour) });
  }

  /** Keys of the newest hour that has events; empty if the archive is empty. */
  async newestKeys(): Promise<string[]> {
    const day = await this.lastFolder(this.prefix);
    const hour = day === undefined ? undefined : await this.lastFolder(day);
    return hour === undefined ? [] : this.keys({ Prefix: hour });
  }

  /**
   * Records of one object, each as the exact text of its line.
   * @throws OperatorError if the object is not gzip, or is larger than any the collector writes
   */
  async lines(key: string): Promise<string[]> {
    return new ObjectReader(this.client, this.bucket).lines(key).catch((error: unknown) => {
      const { cause } = error as ArchiveError;
      throw cause instanceof Error ? cause : notFromCollector(`Object ${key}`, 'is not whole gzip', error);
    });
  }

  private partition(hour: number): string {
    return archivePartition(this.feed, this.sourceId, hour);
  }

  private async keys(input: Partial<ListObjectsV2CommandInput>): Promise<string[]> {
    const keys: string[] = [];
    for await (const { Contents = [] } of this.listing(input)) {
      for (const { Key } of Contents) if (Key !== undefined) keys.push(Key);
    }
    return keys;
  }

  private async lastFolder(prefix: string): Promise<string | undefined> {
    let last: string | undefined;
    for await (const { CommonPrefixes = [] } of this.listing({ Prefix: prefix, Delimiter: '/' })) {
      last = CommonPrefixes.at(-1)?.Prefix ?? last;
    }
    return last;
  }

  private listing(input: Partial<ListObjectsV2CommandInput>): ReturnType<typeof paginateListObjectsV2> {
    const place = { Bucket: this.bucket, Prefix: this.prefix };
    return paginateListObjectsV2({ client: this.client }, { ...place, ...input });
  }
}

/** Something in the archive was altered, or was not written by the collector. */
export function notFromCollector(where: string, finding: string, cause?: unknown): OperatorError {
  return new OperatorError(
    {
      what: `${where} ${finding}; expected what the collector writes, gzip NDJSON.`,
      whatToDo:
        'Find out in CloudTrail who wrote it; npx --no -- netskope-audit verify --chain names altered objects.',
    },
    { cause },
  );
}
