import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { ObjectCreatedEvent } from '../../../lambdas/contract/deployment/detector-event';
import { OBJECT_CREATED } from '../../../lambdas/contract/deployment/detector-event';
import { prefixesOf } from '../../../lambdas/contract/storage/archive-layout';
import type { ManifestLine } from '../../../lambdas/contract/storage/manifest';
import { LOCAL_BUCKET } from '../../local/local-deployment';
import type { BenchServers } from './bench-servers';
import type { MeasuredFunction } from './measured-function';
import { bucketClient, storedKeys } from './stored-keys';

/** Messages per invocation, the default of Lambda's poller (AWS Lambda Developer Guide, SQS). */
const BATCH_SIZE = 10;

/**
 * CPU time of evaluating all archived objects of a source that the detector has not seen before, in milliseconds:
 * unpacking, parsing, every rule, states and alerts.
 * @throws Error if an object could not be evaluated, or there is none
 */
export async function detectCpuMs(
  detector: MeasuredFunction,
  servers: BenchServers,
  sourceId: string,
): Promise<number> {
  const keys = await archivedKeys(servers, sourceId);
  if (keys.length === 0) throw new Error(`nothing is archived of source ${sourceId}`);
  let cpuMs = 0;
  for (let from = 0; from < keys.length; from += BATCH_SIZE) {
    const invocation = await detector.invoke({ Records: keys.slice(from, from + BATCH_SIZE).map(message) });
    const { batchItemFailures } = invocation.value as { readonly batchItemFailures: readonly unknown[] };
    if (batchItemFailures.length > 0)
      throw new Error(`${batchItemFailures.length} objects were not evaluated`);
    cpuMs += invocation.cpuMs;
  }
  return cpuMs;
}

/** In the order in which they were stored, as the manifest says. */
async function archivedKeys(servers: BenchServers, sourceId: string): Promise<string[]> {
  const client = bucketClient(servers);
  const { archive, manifest } = prefixesOf(servers.feed);
  const keys: string[] = [];
  for await (const Key of storedKeys(client, manifest, sourceId)) {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: LOCAL_BUCKET, Key }));
    const { objects } = JSON.parse((await Body?.transformToString()) ?? '') as ManifestLine;
    keys.push(...objects.map(({ key }) => key).filter((key) => key.startsWith(`${archive}/`)));
  }
  client.destroy();
  return keys;
}

function message(key: string): { readonly messageId: string; readonly body: string } {
  const event: ObjectCreatedEvent = {
    source: OBJECT_CREATED.source,
    'detail-type': OBJECT_CREATED.detailType,
    detail: { bucket: { name: LOCAL_BUCKET }, object: { key } },
  };
  return { messageId: key, body: JSON.stringify(event) };
}
