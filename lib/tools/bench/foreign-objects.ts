import { PutObjectCommand } from '@aws-sdk/client-s3';
import { archivePartition, OBJECT_SUFFIX } from '../../../lambdas/contract/storage/archive-layout';
import { LOCAL_BUCKET } from '../../local/local-deployment';
import { FOREIGN_NAME } from './backlog';
import type { BenchServers } from './bench-servers';
import { bucketClient } from './bench-servers';
import type { MeasuredFunction } from './measured-function';
import { collectPages } from './measured-function';

const FOREIGN_OBJECTS = 3;
const HOUR_S = 3600;

/** @returns how often a run of so many pages reads each object in their hour that the collector has not written */
export async function foreignReads(
  collector: MeasuredFunction,
  servers: BenchServers,
  pages: number,
): Promise<number> {
  const sourceId = servers.takeSource();
  const client = bucketClient(servers);
  const partition = archivePartition(servers.feed, sourceId, servers.hourStartS / HOUR_S);
  for (let number = 1; number <= FOREIGN_OBJECTS; number++) {
    const Key = `${partition}${FOREIGN_NAME}-${number}${OBJECT_SUFFIX}`;
    await client.send(new PutObjectCommand({ Bucket: LOCAL_BUCKET, Key, Body: 'not gzip' }));
  }
  client.destroy();
  await collectPages(collector, servers, pages, sourceId);
  return (await servers.foreignReads()) / FOREIGN_OBJECTS;
}
