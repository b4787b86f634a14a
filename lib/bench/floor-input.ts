import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { ARCHIVE_PREFIX, QUARANTINE_PREFIX } from '../../lambdas/contract/storage/archive-layout';
import { auditIteratorPath } from '../local/netskope-simulator/iterator-endpoint';
import { LOCAL_BUCKET } from '../local/local-deployment';
import type { BenchServers } from './bench-servers';
import { LINES_FILE, PAGE_FILE } from './floor-function';
import { bucketClient, storedKeys } from './stored-keys';

/**
 * Writes what the floor works on: the bodies of the last pages of the backlog as Netskope sends them, and what
 * archive and quarantine hold of a source, which must have collected the same pages.
 */
export async function writeFloorInput(
  servers: BenchServers,
  folder: string,
  collected: { readonly sourceId: string; readonly pages: number },
): Promise<void> {
  for (let page = 0; page < collected.pages; page++) {
    const operation = page === 0 ? servers.startEpochS(collected.pages) : 'next';
    const url = `${servers.netskopeUrl}${auditIteratorPath}?operation=${operation}&index=floor`;
    const answer = await fetch(url, { headers: { 'Netskope-Api-Token': 'bench' } });
    writeFileSync(join(folder, `${PAGE_FILE}-${page}`), Buffer.from(await answer.arrayBuffer()));
  }
  let number = 0;
  for await (const lines of storedLines(servers, collected.sourceId)) {
    writeFileSync(join(folder, `${LINES_FILE}-${number++}`), lines);
  }
}

/** The decoded objects of one source, archive and quarantine. */
async function* storedLines(servers: BenchServers, sourceId: string): AsyncGenerator<Buffer> {
  const client = bucketClient(servers);
  for (const prefix of [ARCHIVE_PREFIX, QUARANTINE_PREFIX]) {
    for await (const Key of storedKeys(client, prefix, sourceId)) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: LOCAL_BUCKET, Key }));
      yield gunzipSync((await Body?.transformToByteArray()) ?? '');
    }
  }
  client.destroy();
}
