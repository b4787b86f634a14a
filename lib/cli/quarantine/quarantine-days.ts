import { paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import type { PageDescription } from '../../../lambdas/collector/adapters/s3-quarantine';
import { S3Quarantine } from '../../../lambdas/collector/adapters/s3-quarantine';
import type { KeptPage, QuarantinedPage, QuarantineObject } from '../../../lambdas/collector/core/ports';
import { dayOf, prefixesOf } from '../../../lambdas/contract/storage/archive-layout';
import type { QuarantinedRecord } from '../../../lambdas/contract/storage/event-record';
import type { Deployment } from '../deployment/deployment';

const MS_PER_DAY = 86_400_000;

/** One quarantined event and its location. */
export interface QuarantinedEvent {
  readonly key: string;
  /** Its line in the object, counted from 0. */
  readonly line: number;
  readonly record: QuarantinedRecord;
  /** Whether it has been archived since. */
  readonly isRedriven: boolean;
}

/** The quarantine of one source, read by day of arrival. */
export class QuarantineDays {
  private readonly client: S3Client;
  private readonly bucket: string;
  private readonly prefixes: readonly string[];
  private readonly quarantine: S3Quarantine;

  constructor({ aws, feed, outputs }: Deployment, sourceId: string) {
    this.client = aws.client(S3Client);
    this.bucket = outputs.ArchiveBucket;
    const { quarantine, quarantinedPages } = prefixesOf(feed);
    this.prefixes = [quarantine, quarantinedPages].map((prefix) => `${prefix}/source=${sourceId}/dt=`);
    this.quarantine = new S3Quarantine(this.client, { bucket: this.bucket, feed, sourceId });
  }

  /**
   * The days on which an event or a page arrived, oldest first, UTC: `2026-11-22`.
   * @param fromDay the first day to include; absent: no limit
   * @param toDay the last day to include; absent: no limit
   */
  async days(fromDay = '', toDay?: string): Promise<string[]> {
    const days = new Set<string>();
    for (const prefix of this.prefixes) {
      const listing = { Bucket: this.bucket, Prefix: prefix, Delimiter: '/' };
      for await (const { CommonPrefixes = [] } of paginateListObjectsV2({ client: this.client }, listing)) {
        for (const { Prefix = '' } of CommonPrefixes) days.add(Prefix.slice(prefix.length, -1));
      }
    }
    return [...days].filter((day) => day >= fromDay && (toDay === undefined || day <= toDay)).sort();
  }

  /** Events that arrived on one day, object by object. */
  async *events(day: string): AsyncGenerator<QuarantinedEvent> {
    for await (const object of this.quarantine.objects(day, day)) yield* eventsOf(object);
  }

  /** Pages that arrived on one day and could not be read; their bytes are not loaded. */
  pages(day: string): AsyncIterable<QuarantinedPage> {
    return this.quarantine.pages(day, day);
  }

  /** Why a page could not be read, and its other metadata; its bytes are not loaded. */
  describePage(page: QuarantinedPage): Promise<PageDescription> {
    return this.quarantine.describePage(page);
  }

  /** A page with its bytes. @throws ArchiveError if it is larger than any page that is decoded */
  readPage(page: QuarantinedPage): Promise<KeptPage> {
    return this.quarantine.readPage(page);
  }
}

function* eventsOf({ key, records, redrivenLines }: QuarantineObject): Generator<QuarantinedEvent> {
  for (const [line, record] of records.entries())
    yield { key, line, record, isRedriven: redrivenLines.has(line) };
}

/** The first of so many days, today included. */
export function firstDay(nowMs: number, days: number): string {
  return dayOf(nowMs - (days - 1) * MS_PER_DAY);
}
