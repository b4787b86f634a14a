import type { BilledResources } from './billed-resources';
import * as profile from './detection-profile';
import type { PricedUse } from './prices';

const BYTES_PER_GB = 1e9;
const MIB_PER_GIB = 1024;

/** The input of detection in a month. */
export interface Archived {
  readonly hours: number;
  /** Everything put into the archive's bucket: EventBridge receives and bills all of it. */
  readonly puts: number;
  /** Objects with events. */
  readonly objects: number;
  readonly events: number;
}

/**
 * Units that detection uses in a month; none if no function reads the queue. Alerts are few and cost less than a cent:
 * an object, a message and two more writes each.
 */
export function detectionUsage(
  { queueReaders, functionMemoryMib }: BilledResources,
  { hours, puts, objects, events }: Archived,
): Partial<Record<PricedUse, number>> {
  if (queueReaders === 0) return {};
  const seconds = objects * profile.SECONDS_OF_AN_OBJECT + events * profile.SECONDS_PER_EVENT;
  return {
    bucketEvents: puts,
    queueRequests:
      queueReaders * hours * profile.POLLS_PER_HOUR + objects * profile.QUEUE_REQUESTS_OF_AN_OBJECT,
    functionRequests: objects,
    functionSeconds: (seconds * functionMemoryMib) / MIB_PER_GIB,
    tableReads: events * profile.STATES_READ_PER_EVENT,
    tableWrites: events * profile.STATES_WRITTEN_PER_EVENT,
    objectReads: objects * profile.CALLS_OF_AN_OBJECT.GetObject,
    logsIngested: (objects * profile.LOG_BYTES_OF_AN_OBJECT) / BYTES_PER_GB,
  };
}
