import type { Feed } from '../feed/feed';
import type { ManifestHead } from './manifest';

/** Partition key of the checkpoint table; there is no sort key. */
export const CHECKPOINT_KEY = 'streamId';

/** The attribute every write is conditional on. */
export const CHECKPOINT_VERSION = 'version';

/** Key of a source's live feed. */
export function liveStreamId({ shortName: stream }: Pick<Feed, 'shortName'>, sourceId: string): string {
  return `${sourceId}#${stream}`;
}

/** Key of the stream of a source's backfill, which has an index of its own. */
export function backfillStreamId(feed: Pick<Feed, 'shortName'>, sourceId: string): string {
  return `${liveStreamId(feed, sourceId)}#backfill`;
}

/** Key of the stream of a source's daily recheck. */
export function recheckStreamId(feed: Pick<Feed, 'shortName'>, sourceId: string): string {
  return `${liveStreamId(feed, sourceId)}#recheck`;
}

/**
 * State of a stream between calls. It decides the next call of any later run.
 * - `unstarted`: no page was committed yet, or the stream begins again: epoch from `startEpochS`.
 * - `settled`: the last page is archived and committed: `next`.
 * - `requested`: a `next` may or may not have been served: `resend`.
 */
export type Phase = 'unstarted' | 'settled' | 'requested';

/** Which run may call Netskope for this stream, and until when. It outlasts the function's timeout. */
export interface Lease {
  readonly runId: string;
  readonly expiresAtMs: number;
}

/** Counts since the stream began. */
export interface Totals {
  readonly archived: number;
  readonly quarantined: number;
  readonly drifted: number;
  /** Archived events that came before with fewer fields. @default 0 */
  readonly editions?: number;
  /** Archived events whose `_id` is archived with another value in a field. @default 0 */
  readonly conflicting?: number;
}

/** A past time range that is read again, hour by hour: no watermark decides where it ends. */
export interface HourWalk {
  /** Unix seconds. */
  readonly fromEpochS: number;
  /** Unix seconds. */
  readonly toEpochS: number;
  /** Start of the hour that is being read, unix seconds. @default - `fromEpochS` */
  readonly stepS?: number;
}

/** A time range to collect again. An operator files it, and it is `open` until scheduled runs are done with it. */
export interface BackfillJob extends HourWalk {
  readonly state: 'open' | 'done' | 'cancelled';
  readonly filedAtMs: number;
  /** When it was done or cancelled. */
  readonly endedAtMs?: number;
  /** Delivered events that were already stored. */
  readonly alreadyHeld: number;
  /** Why the last run could not continue; absent after a run that could. */
  readonly failure?: { readonly atMs: number; readonly reason: string };
}

/**
 * The daily recheck of a source. It reads the last days again and stores missing events. Its item is created with the
 * live feed's, so that the first recheck covers all time since then.
 */
export interface RecheckJob extends HourWalk {
  readonly state: 'open' | 'done';
  /** When the last recheck was done, or the stream began. */
  readonly doneAtMs: number;
  /** No earlier time is read, because the stream did not exist; unix seconds. */
  readonly notBeforeS: number;
  /** Event time up to which all rechecks together have read, unix seconds. */
  readonly checkedToS: number;
  /** Missing events before this time count as recovered; the live feed may yet deliver later ones. Unix seconds. */
  readonly claimedToS: number;
  /** Events recovered by the open recheck, or by the last one. */
  readonly recovered: number;
  /** Recovered events that were not sent to CloudWatch yet. */
  readonly unannounced: number;
  /** Why the last run could not continue; absent after a run that could. */
  readonly failure?: { readonly atMs: number; readonly reason: string };
}

/** Answers with one page that were complete and could not be read. */
interface UnreadableAnswers {
  readonly count: number;
  readonly sinceMs: number;
  /** Length of the last of them, as transferred; absent in items of earlier versions. */
  readonly bytes?: number;
  /** Generation of the stream that met the last of them; absent in items of earlier versions. */
  readonly generation?: number;
  /** The furthest place at which a generation met the page, unix seconds; absent in items of earlier versions. */
  readonly placeS?: number;
}

/** The pages last given up as unreadable. */
interface GivenUpPages {
  readonly atMs: number;
  /** Whether a page was read since. */
  readonly readSince: boolean;
  /** Those that the stream has not got beyond, and comes to again if it begins again. */
  readonly ahead?: {
    readonly pages: number;
    /** How many of them this generation has come to. */
    readonly met: number;
    /** The place behind which they lie, unix seconds. */
    readonly placeS: number;
  };
}

/** Pages abandoned before their commit. A replay finds what their attempts have stored, and counts it then. */
export interface AbandonedPages {
  /** Their sequence numbers. No committed page has one of them. */
  readonly sequences: readonly number[];
  /** Keys of their objects that have been counted since. */
  readonly countedKeys: readonly string[];
  /** When the first of them was abandoned; absent in items of earlier versions. */
  readonly sinceMs?: number;
  /** Time that none of their events lies behind, unix seconds; absent in items of earlier versions. */
  readonly toS?: number;
}

/** Redrives since the last one that ended. */
export interface OpenRedrive {
  /** Days of arrival, UTC, `2026-11-22`; both included. */
  readonly fromDay: string;
  readonly toDay: string;
  /** When the first of them began. */
  readonly sinceMs: number;
}

export interface Checkpoint {
  readonly streamId: string;
  /** `Format.checkpoint`; absent in format 1. */
  readonly format?: number;
  /**
   * Name of the stream's iterator index at Netskope: made once, unique to this deployment and source. Objects and
   * manifest lines carry it. Each time the stream begins again, it switches between this name and one derived from it.
   */
  readonly indexName: string;
  /** How often the stream has begun again; odd: the second index name is in use. @default 0 */
  readonly generation?: number;
  /** When the stream last began or began again. */
  readonly begunAtMs?: number;
  /** `sequence` at that time. */
  readonly begunAfterSequence?: number;
  readonly phase: Phase;
  /** Where an `unstarted` stream begins, unix seconds. */
  readonly startEpochS: number;
  /** Number of the last committed or abandoned page, counted from 1. */
  readonly sequence: number;
  /** Pages that were abandoned for the replay in progress. */
  readonly abandoned?: AbandonedPages;
  /**
   * Hours of event time, counted from 1970, in which an uncommitted page may have stored events, except those near the
   * feed's position. Written before the events, removed when no page is uncommitted.
   */
  readonly openHours?: readonly number[];
  /**
   * Keys under which an uncommitted page may have been kept as received. Written before the page is kept, removed with
   * its commit.
   */
  readonly openPageKeys?: readonly string[];
  /**
   * No call is made before this time: one may still be running at Netskope, or Netskope asked to wait. Written before
   * each call, over with its answer, removed by the commit of its page.
   */
  readonly restUntilMs?: number;
  /**
   * Time up to which everything was reliably delivered, unix seconds: the basis of a new beginning after a doubt. While
   * the stream is behind, it is at most an hour after the oldest event of a page.
   */
  readonly watermarkS?: number;
  /** Netskope's watermark, never later than the call that brought it, unix seconds. */
  readonly highS?: number;
  /** `timestamp_hwm` of the last page, unchanged; absent if the page had none. */
  readonly rawWatermark?: number;
  /** Largest number of events in a page of the stream. */
  readonly largestPage?: number;
  /** Position after empty pages without a new watermark, unix seconds. */
  readonly emptyToS?: number;
  /** Answers with the next page, or with one that a stream that began again comes back to. */
  readonly unreadable?: UnreadableAnswers;
  readonly lastGivenUp?: GivenUpPages;
  /** When a call was last served. */
  readonly servedAtMs?: number;
  /** The operation that delivered the last committed page; absent in items of earlier versions. */
  readonly settledBy?: 'epoch' | 'next' | 'resend';
  /** The last page with events that moved the cursor: it may be repeated, even after empty pages. */
  readonly lastAdvance?: {
    readonly sequence: number;
    readonly settledAtMs: number;
    /** Whether it lay in a time range that was delivered before. */
    readonly isReplayed: boolean;
    /** The first page whose quarantined events this one may repeat; absent if it repeats none. */
    readonly repeatsFrom?: { readonly sequence: number; readonly settledAtMs: number };
  };
  /** When the archive last held everything Netskope had. */
  readonly caughtUpAtMs?: number;
  /** Whether nothing was left to fetch after the last committed page. */
  readonly caughtUp: boolean;
  /** Of the live feed only: when the next daily recheck is due; absent before the recheck has an item. */
  readonly recheckDueAtMs?: number;
  /** End of the time range that is delivered again after a doubt, unix seconds. */
  readonly replayedToS?: number;
  readonly totals: Totals;
  /**
   * The part of `totals` that was sent to CloudWatch, less one quarantined event for each answer that was kept whole: it is
   * in no total, and the metric counts it.
   */
  readonly announced: Totals;
  /** Whether the last `LagSeconds` that was sent was late; absent if not. */
  readonly isLateAnnounced?: true;
  /** The newest line of the source's manifest when this was written; only the live feed's item is authoritative. */
  readonly manifest?: ManifestHead;
  /** Of a backfill stream only: what to collect. */
  readonly backfill?: BackfillJob;
  /** Of a recheck stream only. */
  readonly recheck?: RecheckJob;
  readonly lease?: Lease;
  /** Of the live feed only: a redrive that did not end. Its last marks may stand in no line of the manifest. */
  readonly openRedrive?: OpenRedrive;
  /** The run that wrote this version. */
  readonly writer?: string;
  /** Version of the program that wrote this, for the live feed the collector; absent in items of earlier versions. */
  readonly collectorVersion?: string;
  /** Counts the writes of this item; every write is conditional on it. */
  readonly version: number;
}
