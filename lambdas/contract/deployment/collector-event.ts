/** One source: a tenant, and how it is collected. The stacks' outputs list them. */
export interface Source {
  /** Matches SOURCE_ID_PATTERN; unique in the deployment. */
  readonly sourceId: string;
  /** For people: part of every archived record. */
  readonly label: string;
  /** How far back the first run begins, in hours. */
  readonly startLookbackHours: number;
  /** Minutes between two runs. */
  readonly scheduleMinutes: number;
  /** Whether the last days are read again once a day to store missing events. */
  readonly dailyRecheck: boolean;
  /** Name or ARN of an adopted secret. @default - the deployment has made one, named after the source */
  readonly secret?: string;
}

/**
 * What the schedule passes to the collector: a source. Everything but the id has a default: the id as label, the first
 * run and the schedule as below, a daily recheck, and the secret that is named after the source.
 */
export interface CollectorEvent extends Partial<Source> {
  readonly sourceId: string;
  /** What to do instead of collecting. @default - collect */
  readonly task?: CollectorTask;
}

/** An operator's task for the collector; the schedule never sends one. */
export type CollectorTask =
  /** Moves the live feed back: later events are delivered again, and stored once. */
  | {
      readonly kind: 'rewind';
      readonly toEpochS: number;
      /** Moves it forward instead: the events in between are skipped. @default false */
      readonly skip?: boolean;
    }
  /** Validates quarantined events again: days of arrival, UTC, `2026-11-22`, both included. */
  | { readonly kind: 'redrive'; readonly fromDay: string; readonly toDay: string };

/** Lower-case letters, digits and hyphens: it is part of object keys, secret names and the iterator's index name. */
export const SOURCE_ID_PATTERN = /^[a-z][a-z0-9-]{0,39}$/;

export const StartLookback = {
  defaultHours: 24,
  /** Netskope keeps events for 90 days. */
  maxHours: 90 * 24,
} as const;

export const ScheduleDefault = { minutes: 5 } as const;

/** Characters of a source's label. */
export const MAX_LABEL_LENGTH = 100;

/** Minutes without events after which `no-data` tells: a day, and a week at most. */
export const NoDataWindow = { defaultMinutes: 1_440, maxMinutes: 10_080 } as const;

/** How a run without failure ended. */
export type RunOutcome =
  /** Everything Netskope had is archived. */
  | 'caught-up'
  /** The time was used up; the next run continues. */
  | 'more-to-come'
  /** The secret holds no credentials yet. */
  | 'awaiting-credentials'
  /** Another run of the same source holds the lease. */
  | 'already-running'
  /** A call may still be running at Netskope, or Netskope asked to wait: no call was made. */
  | 'resting';

/** The result of an operator's task; a run of the same source, or its rest, may prevent it. */
export type TaskSummary = AlreadyRunning | Resting | RewindSummary | RedriveSummary;

export interface Resting {
  readonly outcome: 'resting';
  /** No call is made before. */
  readonly restUntilMs: number;
}

export interface AlreadyRunning {
  readonly outcome: 'already-running';
  /** When the other run is over at the latest. */
  readonly leaseExpiresAtMs: number;
}

export interface RewindSummary {
  readonly outcome: 'rewound';
  /** Where the live feed stood, unix seconds. */
  readonly fromEpochS: number;
  readonly toEpochS: number;
}

export interface RedriveSummary {
  /** `more-to-come`: the time was used up; repeat the task. */
  readonly outcome: 'redriven' | 'more-to-come';
  /** Quarantine objects that were read. */
  readonly objects: number;
  /** Quarantined events that were validated again. */
  readonly judged: number;
  /** Of those, the ones stored in the archive by this task. */
  readonly archived: number;
  /** Of those, the ones that were already archived. */
  readonly alreadyArchived: number;
  /** Of those, the ones that stay in quarantine. */
  readonly stillRejected: number;
  /** Pages and their events, which are not in the counts above. */
  readonly pages: RedrivenPages;
}

/** Results for quarantined pages: answers that could not be read on arrival. */
export interface RedrivenPages {
  /** Pages that could be read now. */
  readonly redriven: number;
  /** Pages that still cannot be read; they stay in quarantine. */
  readonly stillUnreadable: number;
  /** Events of the redriven pages that this task stored in the archive. */
  readonly archived: number;
  /** Those that it put into quarantine. */
  readonly quarantined: number;
  /** Those that were already stored, or repeated within the page. */
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
  /** Events received again: already stored, or repeated within a page. */
  readonly duplicatesDropped: number;
  /** Archived events that came before with fewer fields. */
  readonly editions: number;
  /** Archived events whose `_id` is archived with another value in a field. */
  readonly conflictingIds: number;
  /** Archived events that deviate from the documented shape. */
  readonly drifted: number;
  /** What deviated: `<field> <type seen>` to number of events. */
  readonly drift: Readonly<Record<string, number>>;
  /** Bytes received from Netskope, as transferred. */
  readonly bytesIn: number;
  /** Bytes written to the bucket, compressed. */
  readonly bytesOut: number;
  /** How far the archive is behind the present, in seconds; absent if awaiting credentials or already running. */
  readonly lagS?: number;
  /** Present if the outcome is `resting`: no call is made before. */
  readonly restUntilMs?: number;
  /** Present if the run worked on the recheck. Its events are not in the counts above. */
  readonly recheck?: RecheckSummary;
  /** Present if the run worked on a backfill. Its events are not in the counts above. */
  readonly backfill?: BackfillSummary;
  /** The newest line of the manifest, `<number>:<SHA-256>`; absent if there is none, or no page was asked for. */
  readonly chainHead?: string;
  readonly durationMs: number;
}
