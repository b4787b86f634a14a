import type { Readable } from 'node:stream';
import type { GetObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { SourcePlace } from '../../contract/storage/archive-layout';
import type { ManifestObject } from '../../contract/storage/manifest';
import { manifestKey } from '../../contract/storage/manifest';
import { ArchiveError } from '../../shared/errors';
import { ObjectReader } from '../../shared/object-reader';
import type { ObjectState } from '../core/object-state';
import { stateOf } from '../core/object-state';
import type { ListedArchive } from '../core/ports';

/** Lines and objects of one source, as the bucket has them. */
export class S3ListedArchive implements ListedArchive {
  private readonly reader: ObjectReader;

  constructor(
    private readonly client: S3Client,
    private readonly place: SourcePlace,
  ) {
    this.reader = new ObjectReader(client, place.bucket);
  }

  readLine(number: number): Promise<Uint8Array | undefined> {
    const key = manifestKey(this.place.feed, this.place.sourceId, number);
    return this.reading(key, (body) => body?.transformToByteArray());
  }

  async stateOf(object: ManifestObject): Promise<ObjectState> {
    const state = await this.reading(object.key, (body) => stateOf(body as Readable, object));
    return state ?? { kind: 'removed' };
  }

  /** @returns undefined if there is no such object: to a role that may list only some prefixes, S3 answers 403 then */
  private async reading<Result>(
    key: string,
    read: (body: GetObjectCommandOutput['Body']) => Promise<Result> | undefined,
  ): Promise<Result | undefined> {
    const { bucket } = this.place;
    try {
      const { Body } = await this.client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return await read(Body);
    } catch (cause) {
      if (!(await this.reader.exists(key))) return undefined;
      throw new ArchiveError(`object ${key} could not be read from bucket ${bucket}`, { cause });
    }
  }
}
