import { paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { LOCAL_BUCKET } from '../../local/local-deployment';
import type { BenchServers } from './bench-servers';

/** A client for the servers' bucket; the caller destroys it. */
export function bucketClient({ environment }: BenchServers): S3Client {
  const { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region, AWS_ACCESS_KEY_ID = '' } = environment;
  return new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: 'bench' },
  });
}

/**
 * Keys of a source's objects.
 * @param prefix of archive, quarantine or manifest
 */
export async function* storedKeys(
  client: S3Client,
  prefix: string,
  sourceId: string,
): AsyncGenerator<string> {
  const listed = { Bucket: LOCAL_BUCKET, Prefix: `${prefix}/source=${sourceId}/` };
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, listed)) {
    for (const { Key } of Contents) if (Key !== undefined) yield Key;
  }
}
