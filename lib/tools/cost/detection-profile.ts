/**
 * What detection asks of AWS. The counts are those of a simulated day with 1,000 events, rounded up:
 * test/tools/cost/detection-profile.test.ts replays it and fails where the detector needs more.
 */
export const CALLS_OF_AN_OBJECT = {
  GetObject: 1,
} as const;

/** States of groups, each below the 4 KB of a read unit and the 1 KB of a write unit, but for groups with very many events. */
export const STATES_READ_PER_EVENT = 0.8;
export const STATES_WRITTEN_PER_EVENT = 0.6;

/**
 * Billed time in seconds, not measured, for it needs AWS: the object and the states are read in a twentieth of a second each,
 * and a start now and then takes half a second.
 */
export const SECONDS_OF_AN_OBJECT = 0.3;

/** Eight states are written at once, each in some milliseconds; the judgment takes 30 µs of a whole core, of which 512 MiB are 0.29. */
export const SECONDS_PER_EVENT = 0.000_6;

/** A line of 300 bytes, as the built function writes it, and start, end and report of Lambda. */
export const LOG_BYTES_OF_AN_OBJECT = 1000;

/** EventBridge puts a message in, Lambda takes it out again. */
export const QUEUE_REQUESTS_OF_AN_OBJECT = 2;

/**
 * Lambda asks an idle queue with five long polls of 20 s at once, and with fewer only where no maximum concurrency is set (AWS
 * Lambda developer guide, "Configuring scaling behavior for SQS event source mappings").
 */
export const POLLS_PER_HOUR = 5 * 180;
