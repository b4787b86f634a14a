import { paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { prefixesOf } from '../../../lambdas/contract/storage/archive-layout';
import type { ArchiveError } from '../../../lambdas/shared/errors';
import { ObjectReader } from '../../../lambdas/shared/object-reader';
import { inParallel } from '../archive/in-parallel';
import type { Deployment } from '../deployment/deployment';
import { OperatorError } from '../operator-error';
import type { StoredAlert } from './stored-alert';
import { readStoredAlert } from './stored-alert';

/** An alert's object is small: most of the time is spent waiting. */
const OBJECTS_AT_ONCE = 16;

/** The objects of alerts and their updates, by source and by day of the first event. */
export class AlertObjects {
  private readonly client: S3Client;
  private readonly reader: ObjectReader;
  private readonly bucket: string;
  private readonly prefix: string;

  constructor({ aws, feed, outputs }: Deployment) {
    this.client = aws.client(S3Client);
    this.bucket = outputs.ArchiveBucket;
    this.reader = new ObjectReader(this.client, this.bucket);
    this.prefix = `${prefixesOf(feed).alerts}/`;
  }

  /** The days on which the alerts of a source begin, newest first, UTC: `2026-11-22`. */
  async days(sourceId: string): Promise<string[]> {
    const folders = await this.folders(`${this.prefix}source=${sourceId}/dt=`);
    return folders.sort().reverse();
  }

  /** Everything that was stored of the alerts of one day. @throws OperatorError if an object is no alert */
  ofDay(sourceId: string, day: string): Promise<StoredAlert[]> {
    return this.readAll(`${this.prefix}source=${sourceId}/dt=${day}/`);
  }

  /**
   * Everything that was stored of one alert. It may be of a source that is no longer deployed.
   * @param alertId in the form of an id, which has the day in it
   * @throws OperatorError if an object is no alert
   */
  async ofAlert(alertId: string, day: string): Promise<StoredAlert[]> {
    const sources = await this.folders(`${this.prefix}source=`);
    const found = await inParallel(sources, OBJECTS_AT_ONCE, (sourceId) =>
      this.readAll(`${this.prefix}source=${sourceId}/dt=${day}/${alertId}`),
    );
    return found.flat().filter(({ record }) => record.alert_id === alertId);
  }

  /** Where an object is, for a person. */
  addressOf({ key }: StoredAlert): string {
    return `s3://${this.bucket}/${key}`;
  }

  private async readAll(prefix: string): Promise<StoredAlert[]> {
    const keys: string[] = [];
    const listing = { Bucket: this.bucket, Prefix: prefix };
    for await (const { Contents = [] } of paginateListObjectsV2({ client: this.client }, listing))
      for (const { Key = '' } of Contents) keys.push(Key);
    return inParallel(keys, OBJECTS_AT_ONCE, (key) => this.read(key));
  }

  private async read(key: string): Promise<StoredAlert> {
    const lines = await this.reader.lines(key).catch((error: unknown) => {
      const { cause } = error as ArchiveError;
      throw cause instanceof Error ? cause : notFromDetector(key, 'is not whole gzip', error);
    });
    const [line = ''] = lines;
    const alert = readStoredAlert(key, line);
    if (alert === undefined) throw notFromDetector(key, 'is no alert');
    return alert;
  }

  /** What follows the prefix in each folder's name. */
  private async folders(prefix: string): Promise<string[]> {
    const names: string[] = [];
    const listing = { Bucket: this.bucket, Prefix: prefix, Delimiter: '/' };
    for await (const { CommonPrefixes = [] } of paginateListObjectsV2({ client: this.client }, listing))
      for (const { Prefix = '' } of CommonPrefixes) names.push(Prefix.slice(prefix.length, -1));
    return names;
  }
}

function notFromDetector(key: string, finding: string, cause?: unknown): OperatorError {
  return new OperatorError(
    {
      what: `Object ${key} ${finding}; expected what the detector writes, one record in gzip NDJSON.`,
      whatToDo: 'Find out in CloudTrail who wrote it.',
    },
    { cause },
  );
}
