/** What the schedule hands to the collector: which source to collect, and that source's settings. */
export interface CollectorEvent {
  readonly sourceId: string;
  /** @default - the source id */
  readonly label?: string;
  /** How far back the very first run of the source begins, in hours. @default 24 */
  readonly startLookbackHours?: number;
}

/** Lower-case letters, digits and hyphens: it becomes part of object keys, secret names and the iterator's index name. */
export const SOURCE_ID_PATTERN = /^[a-z][a-z0-9-]{0,39}$/;

export const StartLookback = {
  defaultHours: 24,
  /** Netskope keeps events for 90 days. */
  maxHours: 90 * 24,
} as const;

/** How a run ended that did not fail. */
export type RunOutcome =
  /** Everything Netskope had is archived. */
  | 'caught-up'
  /** The time was spent; the next run goes on. */
  | 'more-to-come'
  /** The secret holds no credentials yet. */
  | 'awaiting-credentials'
  /** Another run of the same source holds the lease. */
  | 'already-running';

/** What a run did. All counts are of this run. */
export interface RunSummary {
  readonly sourceId: string;
  readonly runId: string;
  readonly outcome: RunOutcome;
  readonly pages: number;
  readonly archived: number;
  readonly quarantined: number;
  /** Events received again that the archive or the quarantine already held. */
  readonly duplicatesDropped: number;
  /** Events kept although another one with the same `_id` and other content exists. */
  readonly conflictingIds: number;
  /** Archived events that deviate from the documented shape. */
  readonly drifted: number;
  /** What deviated: `<field> <type seen>` to number of events. */
  readonly drift: Readonly<Record<string, number>>;
  /** Bytes received from Netskope, as transferred. */
  readonly bytesIn: number;
  /** Bytes written to the bucket, compressed. */
  readonly bytesOut: number;
  /** How far the archive is behind the present, in seconds; absent when Netskope was not asked. */
  readonly lagS?: number;
  readonly durationMs: number;
}
