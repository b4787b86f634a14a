/**
 * The AWS calls of a run, without the daily recheck. The counts are those of simulated days of 288 runs with 300, 3,000
 * and 30,000 events, rounded up: test/tools/cost/run-profile.test.ts replays hours of such days and fails if a real run
 * needs more.
 */
export const CALLS_OF_A_RUN = {
  GetSecretValue: 1,
  BatchGetItem: 1,
  /** Lease and intent, committed page and release. The item stays below the 1 KB of one write unit. */
  PutItem: 2,
  PutMetricData: 1,
} as const;

/** The live feed's, and that of a backfill that might be open. */
export const ITEMS_READ_BY_A_RUN = 2;

/** For runs with events: one for each hour of event time that the page touches; late events make it two. */
export const OBJECTS_FOR_EVENTS = 1.35;

/** A page of fewer events cannot be full (`smallestFullPage` of the iterator's rules). */
const SMALLEST_FULL_PAGE = 100;

/**
 * Further pages that a run with so many events requests, to learn that there are no more. Where the run before has left
 * nothing, a page that cannot be full is the last one.
 */
export function furtherPagesFor(events: number): number {
  return events < SMALLEST_FULL_PAGE ? 0 : 0.25;
}

/** What events add to the run that finds them. */
export const CALLS_FOR_EVENTS = {
  /** The commit before the metrics. */
  PutItem: 1,
  /** Hours that follow each other are listed together. */
  ListObjectsV2: 1.25,
  /** The objects, and the manifest line that lists them. */
  PutObject: OBJECTS_FOR_EVENTS + 1.25,
} as const;

/** Each run of an hour reads the objects of that hour again, to find events that are already stored. */
export const OBJECTS_READ_PER_RUN_IN_THE_HOUR = 0.65;

/**
 * Billed time in seconds. Of it a second is for Netskope's answer, which nobody has measured. `npm run bench` has 20 ms of
 * a whole core for a warm run that finds nothing, of which 512 MiB are 0.29, and 420 ms for a cold start: reckoned for
 * every tenth run. Five calls to AWS take some ms each.
 */
export const SECONDS_OF_A_RUN = 1.2;

/** Before a further page, Netskope asks for 5 s of waiting if the previous page was not full. */
export const SECONDS_OF_A_FURTHER_PAGE = 5 + 1;

/** `npm run bench` has 15 µs on a whole core; 512 MiB are 0.29 of one (AWS Lambda developer guide, "Configure memory"). */
export const SECONDS_PER_EVENT = 0.000_06;

/** Two or three lines of 370 bytes, as the built function writes them, plus Lambda's start, end and report. */
export const LOG_BYTES_OF_A_RUN = 2000;

/** Small objects compress badly: 280 bytes per event on the day with 300 events, 60 on the one with 30,000. */
export const BYTES_PER_OBJECT = 400;
export const BYTES_PER_EVENT = 80;

/** A manifest line: 260 bytes, and 200 more for each object it lists. */
export const BYTES_PER_MANIFEST_LINE = 550;

/** A line of S3's server access log ("Amazon S3 server access log format"). */
export const ACCESS_LOG_BYTES_PER_REQUEST = 700;
