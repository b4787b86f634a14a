/** One source: a tenant, and how it is collected. The stacks' outputs list them. */
export interface Source {
  /** Matches SOURCE_ID_PATTERN; unique in the deployment. */
  readonly sourceId: string;
  /** For people: stands in every archived record. */
  readonly label: string;
  /** How far back the very first run begins, in hours. */
  readonly startLookbackHours: number;
  /** Minutes between two runs. */
  readonly scheduleMinutes: number;
  /** Whether the last days are read again once a day, and what is missing is stored. */
  readonly dailyRecheck: boolean;
}

/**
 * What the schedule hands to the collector: a source, of which all but the id has a default. The label is the id, the first
 * run begins 24 hours ago, five minutes lie between two runs, and there is a daily recheck.
 */
export interface CollectorEvent extends Partial<Source> {
  readonly sourceId: string;
  /** What is done instead of collecting. @default - collect */
  readonly task?: CollectorTask;
}

/** What an operator may ask of the collector; the schedule never does. */
export type CollectorTask =
  /** Moves the live feed back: what was delivered since is delivered again, and stored once. */
  | {
      readonly kind: 'rewind';
      readonly toEpochS: number;
      /** Moves it forward instead: what lies between is given up. @default false */
      readonly skip?: boolean;
    }
  /** Judges what lies in quarantine again: days of arrival, UTC, `2026-11-22`, both included. */
  | { readonly kind: 'redrive'; readonly fromDay: string; readonly toDay: string };

/** Lower-case letters, digits and hyphens: it becomes part of object keys, secret names and the iterator's index name. */
export const SOURCE_ID_PATTERN = /^[a-z][a-z0-9-]{0,39}$/;

export const StartLookback = {
  defaultHours: 24,
  /** Netskope keeps events for 90 days. */
  maxHours: 90 * 24,
} as const;

export const ScheduleDefault = { minutes: 5 } as const;

/** How a run ended that did not fail. */
export type RunOutcome =
  /** Everything Netskope had is archived. */
  | 'caught-up'
  /** The time was spent; the next run goes on. */
  | 'more-to-come'
  /** The secret holds no credentials yet. */
  | 'awaiting-credentials'
  /** Another run of the same source holds the lease. */
  | 'already-running'
  /** A call may still be running at Netskope, or Netskope asked to wait: nothing was asked. */
  | 'resting';

/** What came of an operator's task: a run of the same source, or its rest, may stand in its way. */
export type TaskSummary = AlreadyRunning | Resting | RewindSummary | RedriveSummary;

export interface Resting {
  readonly outcome: 'resting';
  /** Nothing may be asked before. */
  readonly restUntilMs: number;
}

export interface AlreadyRunning {
  readonly outcome: 'already-running';
  /** When the other run is surely over. */
  readonly leaseExpiresAtMs: number;
}

export interface RewindSummary {
  readonly outcome: 'rewound';
  /** Where the live feed stood, unix seconds; absent where it had not begun. */
  readonly fromEpochS?: number;
  readonly toEpochS: number;
}

export interface RedriveSummary {
  /** `more-to-come`: the time was spent; ask again. */
  readonly outcome: 'redriven' | 'more-to-come';
  /** Quarantine objects that were read. */
  readonly objects: number;
  /** Quarantined events that were judged again. */
  readonly judged: number;
  /** Of those, the ones stored in the archive by this task. */
  readonly archived: number;
  /** Of those, the ones the archive held already. */
  readonly alreadyArchived: number;
  /** Of those, the ones that stay in quarantine. */
  readonly stillRejected: number;
  /** Pages and their events, which are in none of the counts above. */
  readonly pages: RedrivenPages;
}

/** What came of quarantined pages: answers that could not be read when they came. */
export interface RedrivenPages {
  /** Pages that were read now. */
  readonly redriven: number;
  /** Pages that still cannot be read: they stay. */
  readonly stillUnreadable: number;
  /** Events of the redriven pages that this task stored in the archive. */
  readonly archived: number;
  /** Those that it put into quarantine. */
  readonly quarantined: number;
  /** Those that archive or quarantine held already, or the page twice. */
  readonly alreadyHeld: number;
}

/** What a run did for the daily recheck, in the time the live feed left. */
export interface RecheckSummary {
  readonly state: 'open' | 'done';
  readonly pages: number;
  readonly archived: number;
  readonly quarantined: number;
  readonly alreadyHeld: number;
  /** Of the archived and quarantined events, those that the live feed had lost. */
  readonly recovered: number;
  /** Why it could not go on; the next run goes on with it. */
  readonly failure?: string;
}

/** What a run did for a backfill, in the time the live feed left. */
export interface BackfillSummary {
  readonly state: 'open' | 'done' | 'cancelled';
  readonly pages: number;
  readonly archived: number;
  readonly quarantined: number;
  readonly alreadyHeld: number;
}

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
  /** Present where the outcome is `resting`: nothing is asked before. */
  readonly restUntilMs?: number;
  /** Present where the recheck was worked on. Its events are not in the counts above. */
  readonly recheck?: RecheckSummary;
  /** Present where a backfill was worked on. Its events are not in the counts above. */
  readonly backfill?: BackfillSummary;
  readonly durationMs: number;
}
