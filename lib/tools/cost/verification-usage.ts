import { VERIFIER_MEMORY_MIB } from '../../aws/watch/verifier';
import type { BilledResources } from './billed-resources';
import type { PricedUse } from './prices';
import { ACCESS_LOG_BYTES_PER_REQUEST } from './run-profile';

/** A line that is looked at again: its neighbors and itself, one of them twice, and the objects it lists. */
const READS_OF_A_SAMPLED_LINE = 4 + 1.3;

/** Of a hundredth of the lines each week, and no more than this (`lambdas/verifier/core/sample.ts`). */
const SAMPLED_SHARE = 0.01;
const MOST_SAMPLED = 500;
const WEEKS_PER_MONTH = 52 / 12;

/** After each of so many lines, and at the end, it is remembered how far a source is verified. */
const LINES_OF_A_PART = 64;

/**
 * Billed time in seconds, estimated because a measurement needs AWS: S3 answers in 30 ms, eight at a time, and a call
 * takes 2 ms of a whole core, of which 512 MiB are 0.29.
 */
const SECONDS_OF_A_READ = 0.01;
const SECONDS_OF_A_START = 1;

/** The checkpoint, what the last verifications know of events and alerts, and the outbox, read consistently. */
const UNITS_OF_A_SOURCE = 4;
/** What is remembered of the events and of the alerts. */
const CHAINS_OF_A_SOURCE = 2;

const LOG_BYTES_OF_A_SOURCE = 500;

const BYTES_PER_GB = 1e9;
const MIB_PER_GIB = 1024;
const MONTHS_PER_YEAR = 12;

/** Units that the verification of the archive uses in a month, its first year over; none if the deployment has none. */
export function verificationUsage(
  { alarms, scheduleMinutes, isFleet = false }: BilledResources,
  { hours, lines, objects }: { readonly hours: number; readonly lines: number; readonly objects: number },
): Partial<Record<PricedUse, number>> {
  if (!alarms.has('archive-damaged')) return {};
  const sources = scheduleMinutes.length;
  const days = hours / 24;
  const invocations = isFleet ? hours : days;
  const linesOfASource = (lines / sources) * MONTHS_PER_YEAR;
  const sampled = sources * WEEKS_PER_MONTH * Math.min(MOST_SAMPLED, linesOfASource * SAMPLED_SHARE);
  const reads = lines + objects + sampled * READS_OF_A_SAMPLED_LINE;
  const seconds = reads * SECONDS_OF_A_READ + invocations * SECONDS_OF_A_START;
  return {
    schedules: invocations,
    metrics: invocations / hours,
    metricCalls: invocations,
    functionRequests: invocations,
    functionSeconds: (seconds * VERIFIER_MEMORY_MIB) / MIB_PER_GIB,
    objectReads: reads,
    objectStorage: (reads * ACCESS_LOG_BYTES_PER_REQUEST * MONTHS_PER_YEAR) / BYTES_PER_GB,
    tableReads: invocations * sources * UNITS_OF_A_SOURCE,
    tableWrites: days * sources * CHAINS_OF_A_SOURCE + lines / LINES_OF_A_PART,
    logsIngested: (days * sources * LOG_BYTES_OF_A_SOURCE) / BYTES_PER_GB,
  };
}
