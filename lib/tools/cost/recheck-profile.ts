/**
 * The AWS calls of the daily recheck. The counts are those of simulated days with 300 and 3,000 events, rounded up:
 * test/tools/cost/run-profile.test.ts replays them and fails if a real recheck needs more. With 30,000 events a day it
 * needs more than twice as much, because each hour then has more pages, and each page touches more objects.
 */

/** Once a day it reads 24 new hours and the 24 before them, each from its beginning, and a quarter of one more. */
export const STEPS_A_DAY = 49;

/** The hour, the page after it that shows that it is over, and now and then a page between the two. */
export const PAGES_OF_A_STEP = 2.4;

export const CALLS_OF_A_PAGE = {
  /** Intent and committed page. A page that stores nothing has no manifest line. */
  PutItem: 2.1,
  /** The hours that the page touches, for the comparison. */
  ListObjectsV2: 0.9,
} as const;

/** Each object is read by the two rechecks that read its hour, once per run that meets it. */
export const READS_OF_AN_OBJECT = 2 * 1.6;

/** Billed time in seconds: a second for Netskope's answer, and up to 5 s of waiting that Netskope asks for. */
export const SECONDS_OF_A_PAGE = 1 + 4;

/** A line of 370 bytes, as the built function writes it. */
export const LOG_BYTES_OF_A_PAGE = 400;
