import type { EventBridgeClient, PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { Source } from '../contract/deployment/collector-event';
import { collectionEvent } from '../contract/deployment/deployment-outputs';
import { COLLECT_EVENT } from '../contract/deployment/fleet';
import { slices } from '../shared/collections';

/** Events in a call (Amazon EventBridge API reference, PutEvents). */
const MAX_ENTRIES = 10;
/** A call may succeed and name entries that did not (ibid.). */
const MAX_ATTEMPTS = 5;

/** Puts an event for each source on the bus, whose rule leads it to the collector's queue. @throws what AWS refused */
export async function startRuns(client: EventBridgeClient, sources: readonly Source[]): Promise<void> {
  for (const some of slices(sources, MAX_ENTRIES)) await putEvents(client, some.map(entryFor));
}

function entryFor(source: Source): PutEventsRequestEntry {
  return {
    Source: COLLECT_EVENT.source,
    DetailType: COLLECT_EVENT.detailType,
    Detail: JSON.stringify(collectionEvent(source)),
  };
}

async function putEvents(
  client: EventBridgeClient,
  entries: readonly PutEventsRequestEntry[],
): Promise<void> {
  let left = entries;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const { Entries = [] } = await client.send(new PutEventsCommand({ Entries: [...left] }));
    left = left.filter((_, place) => Entries[place]?.EventId === undefined);
    if (left.length === 0) return;
  }
  throw new Error(`EventBridge refused ${left.length} of ${entries.length} events ${MAX_ATTEMPTS} times`);
}
