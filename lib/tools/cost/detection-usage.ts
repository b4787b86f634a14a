import { SWEEP_MINUTES } from '../../../lambdas/contract/deployment/detector-event';
import type { BilledResources } from './billed-resources';
import type { PricedUse } from './prices';

/**
 * The AWS calls of detection. The counts are those of a simulated day with 1,000 events, rounded up:
 * test/tools/cost/detection-usage.test.ts replays it and fails if the detector needs more.
 */
export const CALLS_OF_AN_OBJECT = {
  GetObject: 1,
} as const;

/** The mutes, read once for a batch of objects, and by each sweep. */
export const MUTES_READ_PER_OBJECT = 1;

/** States of groups: below the 4 KB of a read unit and nearly all below 1 KB, a write unit, except with an alert. */
export const STATES_READ_PER_EVENT = 1.8;
export const STATES_WRITTEN_PER_EVENT = 1.5;

/**
 * Billed time in seconds, estimated because a measurement needs AWS: reading the object and the states takes a
 * twentieth of a second each, and a start now and then takes half a second.
 */
const SECONDS_OF_AN_OBJECT = 0.3;

/** Eight states are written at once, in some ms each; evaluation takes 50 µs of a core, of which 512 MiB are 0.29. */
const SECONDS_PER_EVENT = 0.000_6;

/** A line of 300 bytes, as the built function writes it, plus Lambda's start, end and report. */
export const LOG_BYTES_OF_AN_OBJECT = 1000;

/** EventBridge puts a message in, Lambda takes it out. */
const QUEUE_REQUESTS_OF_AN_OBJECT = 2;

/**
 * Lambda polls an idle queue with five concurrent long polls of 20 s; with fewer only if no maximum concurrency is set
 * (AWS Lambda developer guide, "Configuring scaling behavior for SQS event source mappings").
 */
export const POLLS_PER_HOUR = 5 * 180;

/** The schedule looks for what is due: a message in and out, a query, the mutes, and a short invocation. */
const SWEEPS_PER_HOUR = 60 / SWEEP_MINUTES;
const SECONDS_OF_A_SWEEP = 0.1;

const BYTES_PER_GB = 1e9;
const MIB_PER_GIB = 1024;

/** The input of detection in a month. */
interface Archived {
  readonly hours: number;
  /** Everything put into the archive's bucket: EventBridge receives and bills all of it. */
  readonly puts: number;
  /** Objects with events. */
  readonly objects: number;
  readonly events: number;
}

/**
 * Units that detection uses in a month; none if no function reads the queue. Alerts are few and cost less than a cent:
 * an object, its line, an event, a message and a few writes each.
 */
export function detectionUsage(
  { queueReaders, functionMemoryMib }: BilledResources,
  { hours, puts, objects, events }: Archived,
): Partial<Record<PricedUse, number>> {
  if (queueReaders === 0) return {};
  const sweeps = queueReaders * hours * SWEEPS_PER_HOUR;
  const seconds = objects * SECONDS_OF_AN_OBJECT + events * SECONDS_PER_EVENT + sweeps * SECONDS_OF_A_SWEEP;
  return {
    bucketEvents: puts,
    queueRequests: queueReaders * hours * POLLS_PER_HOUR + (objects + sweeps) * QUEUE_REQUESTS_OF_AN_OBJECT,
    functionRequests: objects + sweeps,
    functionSeconds: (seconds * functionMemoryMib) / MIB_PER_GIB,
    tableReads: events * STATES_READ_PER_EVENT + objects * MUTES_READ_PER_OBJECT + 2 * sweeps,
    tableWrites: events * STATES_WRITTEN_PER_EVENT,
    objectReads: objects * CALLS_OF_AN_OBJECT.GetObject,
    logsIngested: (objects * LOG_BYTES_OF_AN_OBJECT) / BYTES_PER_GB,
  };
}
