import type { BilledResources } from './billed-resources';
import type { PricedUse } from './prices';
import { ACCESS_LOG_BYTES_PER_REQUEST } from './run-profile';

/**
 * The AWS calls of the daily recheck. The counts are those of simulated days with 300 and 3,000 events, rounded up:
 * test/tools/cost/run-profile.test.ts replays them and fails if a real recheck needs more. With 30,000 events a day it
 * needs more than twice as much, because each hour then has more pages, and each page touches more objects.
 */

/** Once a day it reads 24 new hours and the 24 before them, each from its beginning, and a quarter of one more. */
const STEPS_A_DAY = 49;

/** The hour, the page after it that shows that it is over, and now and then a page between the two. */
export const PAGES_OF_A_STEP = 2.25;

export const CALLS_OF_A_PAGE = {
  /** The intent, with the commit of the page before. A page that stores nothing has no manifest line. */
  PutItem: 1.2,
  /** The hours that the page touches, for the comparison. */
  ListObjectsV2: 0.5,
} as const;

/** Each object is read by the two rechecks that read its hour, once per run that meets it: now and then by two. */
export const READS_OF_AN_OBJECT = 2 * 1.1;

/** Billed time in seconds: a second for Netskope's answer, and up to 5 s of waiting that Netskope asks for. */
export const SECONDS_OF_A_PAGE = 1 + 4;

/** A line of 370 bytes, as the built function writes it. */
const LOG_BYTES_OF_A_PAGE = 400;

const BYTES_PER_GB = 1e9;
const MIB_PER_GIB = 1024;
const MONTHS_PER_YEAR = 12;

/** Pages that the daily rechecks of all sources request in so many days. */
function recheckPages({ recheckedSources }: Pick<BilledResources, 'recheckedSources'>, days: number): number {
  return recheckedSources * days * STEPS_A_DAY * PAGES_OF_A_STEP;
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
  const { PutItem, ListObjectsV2 } = CALLS_OF_A_PAGE;
  const pages = recheckPages(resources, days);
  const lists = pages * ListObjectsV2;
  const reads = (objects * READS_OF_AN_OBJECT * recheckedSources) / scheduleMinutes.length;
  const logBytes = (lists + reads) * ACCESS_LOG_BYTES_PER_REQUEST;
  return {
    functionSeconds: (pages * SECONDS_OF_A_PAGE * functionMemoryMib) / MIB_PER_GIB,
    tableWrites: pages * PutItem,
    objectWrites: lists,
    objectReads: reads,
    objectStorage: (logBytes * MONTHS_PER_YEAR) / BYTES_PER_GB,
    logsIngested: (pages * LOG_BYTES_OF_A_PAGE) / BYTES_PER_GB,
  };
}
