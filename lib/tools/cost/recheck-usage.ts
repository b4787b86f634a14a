import type { BilledResources } from './billed-resources';
import type { PricedUse } from './prices';
import * as profile from './recheck-profile';
import { ACCESS_LOG_BYTES_PER_REQUEST } from './run-profile';

const BYTES_PER_GB = 1e9;
const MIB_PER_GIB = 1024;
const MONTHS_PER_YEAR = 12;

/** Pages that the daily rechecks of all sources request in so many days. */
function recheckPages({ recheckedSources }: Pick<BilledResources, 'recheckedSources'>, days: number): number {
  return recheckedSources * days * profile.STEPS_A_DAY * profile.PAGES_OF_A_STEP;
}

/**
 * Units that the daily rechecks use in a month. Recovered events are too few to count.
 * @param objects with events, of all sources
 */
export function recheckUsage(
  resources: BilledResources,
  { days, objects }: { readonly days: number; readonly objects: number },
): Partial<Record<PricedUse, number>> {
  const { recheckedSources, scheduleMinutes, functionMemoryMib } = resources;
  const { PutItem, ListObjectsV2 } = profile.CALLS_OF_A_PAGE;
  const pages = recheckPages(resources, days);
  const lists = pages * ListObjectsV2;
  const reads = (objects * profile.READS_OF_AN_OBJECT * recheckedSources) / scheduleMinutes.length;
  const logBytes = (lists + reads) * ACCESS_LOG_BYTES_PER_REQUEST;
  return {
    functionSeconds: (pages * profile.SECONDS_OF_A_PAGE * functionMemoryMib) / MIB_PER_GIB,
    tableWrites: pages * PutItem,
    objectWrites: lists,
    objectReads: reads,
    objectStorage: (logBytes * MONTHS_PER_YEAR) / BYTES_PER_GB,
    logsIngested: (pages * profile.LOG_BYTES_OF_A_PAGE) / BYTES_PER_GB,
  };
}
