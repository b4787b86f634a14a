import { FLEET_ALARM_KINDS } from '../../../lambdas/contract/telemetry/alarms';
import { FLEET_MEMORY_MIB } from '../../aws/watch/fleet';
import type { BilledResources } from './billed-resources';
import { POLLS_PER_HOUR } from './detection-usage';
import type { PricedUse } from './prices';

const MIB_PER_GIB = 1024;

/** Calls of a round, one after the other: an event for ten sources takes some ms, a hundred items some ten. */
const SECONDS_OF_A_ROUND = 0.5;
const SECONDS_PER_SOURCE = 0.004;

/** EventBridge puts a message in, Lambda takes it out and deletes it. */
const QUEUE_REQUESTS_OF_A_RUN = 3;

/** The list of the sources, compressed, and what was told: read units of 4 KB. */
const UNITS_OF_A_ROUND = 6;

/**
 * Units that a fleet uses in a month beyond its runs; none if the deployment is no fleet.
 * @param runs of all sources
 */
export function fleetUsage(
  { isFleet = false, scheduleMinutes }: BilledResources,
  { hours, runs }: { readonly hours: number; readonly runs: number },
): Partial<Record<PricedUse, number>> {
  if (!isFleet) return {};
  const sources = scheduleMinutes.length;
  const rounds = runs / sources;
  const seconds = rounds * (SECONDS_OF_A_ROUND + sources * SECONDS_PER_SOURCE);
  return {
    schedules: rounds,
    metrics: FLEET_ALARM_KINDS.length,
    metricCalls: rounds,
    busEvents: runs,
    queueRequests: hours * POLLS_PER_HOUR + runs * QUEUE_REQUESTS_OF_A_RUN,
    functionRequests: rounds,
    functionSeconds: (seconds * FLEET_MEMORY_MIB) / MIB_PER_GIB,
    tableReads: rounds * (sources + UNITS_OF_A_ROUND),
    // What each run reports; it is below the 1 KB of a write unit.
    tableWrites: runs,
  };
}
