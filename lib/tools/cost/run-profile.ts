/**
 * What a run asks of AWS, beside the daily recheck. The counts are those of simulated days of 288 runs with 300, 3,000 and 30,000 events, rounded
 * up: test/tools/cost/run-profile.test.ts replays them and fails where a real run needs more.
 */
export const CALLS_OF_A_RUN = {
  GetSecretValue: 1,
  /** Of the source, and of a backfill that might be open. */
  GetItem: 2,
  /** Lease, intent, settled page, release. The item stays below the 1 KB of one write unit. */
  PutItem: 4,
  PutMetricData: 1,
  /** The line of the manifest that every page has. */
  PutObject: 1,
} as const;

/** Where events arrived: one for each hour of event time the page touches, which late events make two. */
export const OBJECTS_FOR_EVENTS = 1.5;

/** Of ten runs with events seven ask for a second page to learn that it was all. */
const FURTHER_PAGES_FOR_EVENTS = 0.7;

/** What events add to the run that finds them. */
export const CALLS_FOR_EVENTS = {
  /** Each page is written down twice. */
  PutItem: 2 * FURTHER_PAGES_FOR_EVENTS,
  /** Where events arrived in the meantime, the first page is announced before the second is stored. */
  PutMetricData: 0.2,
  ListObjectsV2: OBJECTS_FOR_EVENTS,
  PutObject: OBJECTS_FOR_EVENTS + FURTHER_PAGES_FOR_EVENTS,
} as const;

/** The objects of the same hour are read again by each run of that hour, for an event that was stored already. */
export const OBJECTS_READ_PER_RUN_IN_THE_HOUR = 0.87;

/**
 * Billed time in seconds. Not measured, for it needs Netskope and AWS: a second for Netskope's answer and half a second
 * for start-up and ten short calls to AWS.
 */
export const SECONDS_OF_A_RUN = 1.5;

/** Before a further page Netskope asks for 5 s of waiting, where the page before was not full. */
export const SECONDS_FOR_EVENTS = FURTHER_PAGES_FOR_EVENTS * (5 + 1);

/** `npm run bench` has 15 µs on a whole core; 512 MiB are 0.29 of one (AWS Lambda developer guide, "Configure memory"). */
export const SECONDS_PER_EVENT = 0.000_06;

/** Two or three lines of 370 bytes, as the built function writes them, and start, end and report of Lambda. */
export const LOG_BYTES_OF_A_RUN = 2000;

/** Small objects compress badly: 280 bytes an event on the day with 300 events, 60 on the one with 30,000. */
export const BYTES_PER_OBJECT = 400;
export const BYTES_PER_EVENT = 80;

/** A line of the manifest: 260 bytes, and 200 more for each object it lists. */
export const BYTES_PER_MANIFEST_LINE = 550;

/** A line of S3's server access log ("Amazon S3 server access log format"). */
export const ACCESS_LOG_BYTES_PER_REQUEST = 700;
