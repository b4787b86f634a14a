import type { Feed } from '../feed/feed';
import type { ManifestHead } from './manifest';

/** Partition key of the checkpoint table; there is no sort key. */
export const CHECKPOINT_KEY = 'streamId';

/** The attribute every write is conditional on. */
export const CHECKPOINT_VERSION = 'version';

/** Key of a source's live feed. */
export function liveStreamId({ stream }: Pick<Feed, 'stream'>, sourceId: string): string {
  return `${sourceId}#${stream}`;
}

/** Key of the stream on which a source's past is collected again, on an index of its own. */
export function backfillStreamId(feed: Pick<Feed, 'stream'>, sourceId: string): string {
  return `${liveStreamId(feed, sourceId)}#backfill`;
}

/** Key of the stream on which a source's last days are read once more, every day. */
export function recheckStreamId(feed: Pick<Feed, 'stream'>, sourceId: string): string {
  return `${liveStreamId(feed, sourceId)}#recheck`;
}

/**
 * What is remembered of one stream between calls, so that a run that starts anywhere knows what to ask next.
 * - `unstarted`: no page was ever settled, or the position is to be set anew: ask from `startEpochS`.
 * - `settled`: the last page is archived and remembered: ask `next`.
 * - `requested`: a `next` may or may not have been served: ask `resend`.
 */
export type Phase = 'unstarted' | 'settled' | 'requested';

/** Who may call Netskope for this stream, and until when. It outlives the function's time-out: an expired one is dead. */
export interface Lease {
  readonly runId: string;
  readonly expiresAtMs: number;
}

/** Counts since the stream began. */
export interface Totals {
  readonly archived: number;
  readonly quarantined: number;
  readonly drifted: number;
}

/** A time range of the past that is read again, hour by hour: no watermark decides where it ends. */
export interface HourWalk {
  /** Unix seconds. */
  readonly fromEpochS: number;
  /** Unix seconds. */
  readonly toEpochS: number;
  /** Beginning of the hour that is being read, unix seconds. @default - `fromEpochS` */
  readonly stepS?: number;
}

/**
 * A time range to be collected again. The operator files it, scheduled runs of the source work it off: `open` until then.
 */
export interface BackfillJob extends HourWalk {
  readonly state: 'open' | 'done' | 'cancelled';
  readonly filedAtMs: number;
  /** When it was done or cancelled. */
  readonly endedAtMs?: number;
  /** Events that were delivered and held already. */
  readonly alreadyHeld: number;
  /** Why the last run could not go on; absent after a run that could. */
  readonly failure?: { readonly atMs: number; readonly reason: string };
}

/**
 * The daily recheck of a source. It reads the last days again and stores what the archive lacks. Its item is made with the
 * stream, so that no time lies before the first recheck.
 */
export interface RecheckJob extends HourWalk {
  readonly state: 'open' | 'done';
  /** When the last recheck was done, or the stream began. */
  readonly doneAtMs: number;
  /** No earlier time is read: the stream did not exist, unix seconds. */
  readonly notBeforeS: number;
  /** Up to this event time all rechecks together have read, unix seconds. */
  readonly checkedToS: number;
  /** Missing events before this time count as recovered; later ones the live feed would have brought, unix seconds. */
  readonly claimedToS: number;
  /** Events recovered by the recheck that is open, or by the last one. */
  readonly recovered: number;
  /** Recovered events that CloudWatch was not told of yet. */
  readonly unannounced: number;
  /** Why the last run could not go on; absent after a run that could. */
  readonly failure?: { readonly atMs: number; readonly reason: string };
}

/** Answers in a row that were whole and could not be read. */
export interface UnreadableAnswers {
  readonly count: number;
  readonly sinceMs: number;
}

/** Pages that were given up unfinished: what their attempts have stored is met again by a replay, and counted then. */
export interface AbandonedPages {
  /** Their numbers. No settled page has one of them. */
  readonly sequences: readonly number[];
  /** Keys of objects of theirs that are counted since. */
  readonly countedKeys: readonly string[];
}

export interface Checkpoint {
  readonly streamId: string;
  /**
   * Name of the stream's iterator index at Netskope: made once, unique to this deployment and source. Objects and manifest
   * lines carry it. Every second beginning asks Netskope under a second name, which is derived from it.
   */
  readonly indexName: string;
  /** How often the stream has begun again; odd: the second index name is in use. @default 0 */
  readonly generation?: number;
  /** When the stream last began or began again. */
  readonly begunAtMs?: number;
  /** `sequence` at that time: the last page before. */
  readonly begunAfterSequence?: number;
  readonly phase: Phase;
  /** Where an `unstarted` stream begins, unix seconds. */
  readonly startEpochS: number;
  /** Number of the last page settled, counted from 1. */
  readonly sequence: number;
  /** Pages that were given up unfinished for the replay that goes on. */
  readonly abandoned?: AbandonedPages;
  /**
   * Hours of event time, counted from 1970, in which a page that is not settled may have stored events, other than those
   * where the feed stands. Written before they are stored, gone when no page is open any more.
   */
  readonly openHours?: readonly number[];
  /**
   * Keys under which a page that is not settled may have been kept as it was received. Written before it is stored, gone
   * with the page.
   */
  readonly openPageKeys?: readonly string[];
  /**
   * Nothing is asked before this time: a call may still be running at Netskope, or Netskope asked to wait. Written before
   * each call, gone with its answer.
   */
  readonly restUntilMs?: number;
  /**
   * Up to here everything was delivered, as far as can be relied on, unix seconds: where the stream begins again after a
   * doubt. While the stream is behind it goes no further than an hour beyond the oldest event of a page.
   */
  readonly watermarkS?: number;
  /** Netskope's watermark, never later than the call that brought it, unix seconds. */
  readonly highS?: number;
  /** `timestamp_hwm` of the last page, as it was; absent where the page had none. */
  readonly rawWatermark?: number;
  /** Most events that a page of the stream had. */
  readonly largestPage?: number;
  /** Empty pages without a watermark, or with an unmoved one, have been walked up to here, unix seconds. */
  readonly emptyToS?: number;
  /** Answers since the last page that were whole and could not be read. */
  readonly unreadable?: UnreadableAnswers;
  /** When a page was last given up as unreadable, and whether a page was read since. */
  readonly lastGivenUp?: { readonly atMs: number; readonly readSince: boolean };
  /** When a call was last served. */
  readonly servedAtMs?: number;
  /** The operation that brought the last settled page; absent in items of earlier versions. */
  readonly settledBy?: 'epoch' | 'next' | 'resend';
  /** The last page with events that moved the cursor: it may be repeated, however many empty ones came since. */
  readonly lastAdvance?: {
    readonly sequence: number;
    readonly settledAtMs: number;
    /** Whether it lay in a stretch that was delivered before. */
    readonly isReplayed: boolean;
    /** The page from which on the quarantine held events that this one repeats; absent where it repeats none. */
    readonly repeatsFrom?: { readonly sequence: number; readonly settledAtMs: number };
  };
  /** When the archive last held everything Netskope had. */
  readonly caughtUpAtMs?: number;
  /** Whether the last settled page left nothing behind it. */
  readonly caughtUp: boolean;
  /** Of the live feed only: when the next daily recheck is due; absent before the recheck has an item. */
  readonly recheckDueAtMs?: number;
  /** Up to this watermark pages were delivered before, and were asked for again after a doubt; unix seconds. */
  readonly replayedToS?: number;
  readonly totals: Totals;
  /** The part of `totals` that CloudWatch has been told. */
  readonly announced: Totals;
  /** The newest line of the source's manifest when this was written; the item of the live feed is the one to trust. */
  readonly manifest?: ManifestHead;
  /** Of a backfill stream only: what is to be collected. */
  readonly backfill?: BackfillJob;
  /** Of a recheck stream only. */
  readonly recheck?: RecheckJob;
  readonly lease?: Lease;
  /** The run that wrote this version. */
  readonly writer?: string;
  /** Counts the writes of this item; every write is conditional on it. */
  readonly version: number;
}
