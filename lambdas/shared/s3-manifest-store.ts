import type { S3Client } from '@aws-sdk/client-s3';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { SourcePlace } from '../contract/storage/archive-layout';
import { manifestKey } from '../contract/storage/manifest';
import { ArchiveError } from './errors';
import type { ManifestStore } from './manifest';
import { ObjectReader } from './object-reader';
import { isAlreadyThere } from './s3-refusals';

/** The lines of a manifest, each an object of the archive bucket that is written once. */
export class S3ManifestStore implements ManifestStore {
  private readonly reader: ObjectReader;

  constructor(
    private readonly client: S3Client,
    private readonly place: SourcePlace,
  ) {
    this.reader = new ObjectReader(client, place.bucket);
  }

  async put(number: number, text: string): Promise<string | undefined> {
    const place = this.placeOf(number);
    try {
      await this.client.send(
        new PutObjectCommand({ ...place, Body: text, ContentType: 'application/json', IfNoneMatch: '*' }),
      );
      return undefined;
    } catch (cause) {
      if (isAlreadyThere(cause)) return this.read(number);
      throw new ArchiveError(`manifest line ${place.Key} could not be written to bucket ${place.Bucket}`, {
        cause,
      });
    }
  }

  async read(number: number): Promise<string> {
    const place = this.placeOf(number);
    try {
      const { Body } = await this.client.send(new GetObjectCommand(place));
      return (await Body?.transformToString()) ?? '';
    } catch (cause) {
      if (!(await this.reader.exists(place.Key))) return '';
      throw new ArchiveError(`manifest line ${place.Key} could not be read from bucket ${place.Bucket}`, {
        cause,
      });
    }
  }

  private placeOf(number: number): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.place.bucket, Key: manifestKey(this.place.feed, this.place.sourceId, number) };
  }
}
