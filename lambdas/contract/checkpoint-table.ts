import type { ManifestHead } from './manifest';

/** Partition key of the checkpoint table; there is no sort key. */
export const CHECKPOINT_KEY = 'streamId';

/** The attribute every write is conditional on. */
export const CHECKPOINT_VERSION = 'version';

/** Key of a source's audit stream. */
export function auditStreamId(sourceId: string): string {
  return `${sourceId}#audit`;
}

/** Key of the stream on which a source's past is collected again, on an index of its own. */
export function backfillStreamId(sourceId: string): string {
  return `${auditStreamId(sourceId)}#backfill`;
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

/**
 * A stretch of the past to be collected again. The operator files it, scheduled runs of the source work it off:
 * `open` until then.
 */
export interface BackfillJob {
  /** Unix seconds. */
  readonly fromEpochS: number;
  /** Unix seconds. */
  readonly toEpochS: number;
  readonly state: 'open' | 'done' | 'cancelled';
  readonly filedAtMs: number;
  /** When it was done or cancelled. */
  readonly endedAtMs?: number;
  /** Events that were delivered and held already. */
  readonly alreadyHeld: number;
  /** Why the last run could not go on; absent after a run that could. */
  readonly failure?: { readonly atMs: number; readonly reason: string };
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
  /** Name of the iterator's cursor at Netskope: made once, unique to this deployment and source. */
  readonly indexName: string;
  readonly phase: Phase;
  /** Where an `unstarted` stream begins, unix seconds. */
  readonly startEpochS: number;
  /** Number of the last page settled, counted from 1. */
  readonly sequence: number;
  /** Pages that were given up unfinished for the replay that goes on. */
  readonly abandoned?: AbandonedPages;
  /** Up to where Netskope has delivered, unix seconds; absent before the first page that told. */
  readonly watermarkS?: number;
  /** When a call was last served. */
  readonly servedAtMs?: number;
  /** The last page that moved the cursor: a `resend` may repeat it, however many came between. */
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
  /** Up to this watermark pages were delivered before, and were asked for again after a doubt; unix seconds. */
  readonly replayedToS?: number;
  readonly totals: Totals;
  /** The part of `totals` that CloudWatch has been told. */
  readonly announced: Totals;
  /** The newest line of the source's manifest when this was written; the item of the audit stream is the one to trust. */
  readonly manifest?: ManifestHead;
  /** Of a backfill stream only: what is to be collected. */
  readonly backfill?: BackfillJob;
  readonly lease?: Lease;
  /** The run that wrote this version. */
  readonly writer?: string;
  /** Counts the writes of this item; every write is conditional on it. */
  readonly version: number;
}
