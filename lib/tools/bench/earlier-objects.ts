import { S3EventArchive } from '../../../lambdas/collector/adapters/s3-archive';
import { pageOf } from '../../../lambdas/collector/core/page/envelope';
import { validatedPage } from '../../../lambdas/collector/core/page/validated-page';
import { LOCAL_BUCKET } from '../../local/local-deployment';
import { generateAuditEvents } from '../../local/netskope-simulator/events/audit-events';
import type { BenchServers } from './bench-servers';
import { bucketClient } from './bench-servers';

/** What a run of five minutes finds of 480 events an hour. */
export const EVENTS_PER_OBJECT = 40;

/** Above the seeds of the backlog, so that the events are others. */
const FIRST_SEED = 1000;

/** Events happen some seconds before they are inserted: from here on, all are of this hour. */
const FIRST_INSERTED_S = 60;
const HOUR_S = 3600;

/**
 * Writes objects of `EVENTS_PER_OBJECT` events into the hour of the backlog, as an earlier stream of the source does.
 * None of the events is in the backlog.
 * @throws Error if a page of them did not become one object
 */
export async function storeEarlierObjects(
  servers: BenchServers,
  sourceId: string,
  count: number,
): Promise<void> {
  const { feed, hourStartS } = servers;
  const client = bucketClient(servers);
  const source = { sourceId, label: sourceId };
  const archive = new S3EventArchive(client, LOCAL_BUCKET, { feed, source, clock: { nowMs: Date.now } });
  try {
    for (let sequence = 1; sequence <= count; sequence++) {
      const events = generateAuditEvents({
        count: EVENTS_PER_OBJECT,
        seed: FIRST_SEED + sequence,
        fromEpochS: hourStartS + FIRST_INSERTED_S,
        toEpochS: hourStartS + HOUR_S,
        anomalyShare: 0,
      });
      const page = pageOf(
        feed,
        events.map(({ text }) => Buffer.from(text)),
      );
      const origin = { runId: 'earlier', indexName: `${sourceId}-earlier`, sequence };
      const objects = await archive.store(validatedPage(page), origin);
      if (objects.length !== 1)
        throw new Error(`an earlier page became ${objects.length} objects; expected 1`);
    }
  } finally {
    client.destroy();
  }
}
