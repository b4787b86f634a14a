import { randomBytes } from 'node:crypto';
import type {
  AbandonedPages,
  Checkpoint,
  HourWalk,
  Totals,
} from '../../../contract/storage/checkpoint-table';
import type { AlreadyStored } from '../page/already-stored';
import { replayStartS, WINDOW_S } from './position';

export const NO_TOTALS: Totals = { archived: 0, quarantined: 0, drifted: 0 };

/** A stream that nobody has collected yet. It is version 0, which means: not stored. */
export function newCheckpoint(
  streamId: string,
  sourceId: string,
  { startEpochS, nowMs }: { readonly startEpochS: number; readonly nowMs: number },
): Checkpoint {
  return {
    streamId,
    indexName: `${sourceId}-${randomBytes(INDEX_SUFFIX_BYTES).toString('hex')}`,
    phase: 'unstarted',
    startEpochS,
    begunAtMs: nowMs,
    begunAfterSequence: 0,
    sequence: 0,
    caughtUp: false,
    totals: NO_TOTALS,
    announced: NO_TOTALS,
    version: 0,
  };
}

/** Two deployments that share an index get every other page each, so a name must never be met twice. */
const INDEX_SUFFIX_BYTES = 8;

/**
 * How far a stream is behind the present, in seconds: since the later of the time that can be relied on and the moment at
 * which nothing was left. It grows while nothing is served, and is near zero on an idle tenant.
 */
export function lagOf({ watermarkS, startEpochS, caughtUpAtMs = 0 }: Checkpoint, nowMs: number): number {
  const completeToMs = Math.max((watermarkS ?? startEpochS) * 1000, caughtUpAtMs);
  return Math.max(0, Math.round((nowMs - completeToMs) / 1000));
}

export function addTotals(one: Totals, other: Totals): Totals {
  return {
    archived: one.archived + other.archived,
    quarantined: one.quarantined + other.quarantined,
    drifted: one.drifted + other.drifted,
  };
}

export function subtractTotals(from: Totals, what: Totals): Totals {
  return addTotals(from, {
    archived: -what.archived,
    quarantined: -what.quarantined,
    drifted: -what.drifted,
  });
}

/**
 * The same stream, to be asked for again from an earlier time, on the other index name: nothing late, locked or broken of
 * the old one matters any more. A page that was asked for and not settled is given up: it is delivered again, and what of
 * it was stored is met again and counted.
 */
export function beginAgain(
  checkpoint: Checkpoint,
  { startEpochS, nowMs }: { readonly startEpochS: number; readonly nowMs: number },
): Checkpoint {
  const { generation = 0, watermarkS = 0, highS = 0, replayedToS = 0, sequence, abandoned } = checkpoint;
  const again = {
    ...checkpoint,
    phase: 'unstarted',
    startEpochS,
    replayedToS: Math.max(highS, watermarkS, replayedToS),
    generation: generation + 1,
    begunAtMs: nowMs,
    caughtUp: false,
    restUntilMs: undefined,
    emptyToS: undefined,
  } as const;
  if (!mayHaveOpenPage(checkpoint)) return { ...again, begunAfterSequence: sequence };
  return {
    ...again,
    begunAfterSequence: sequence + 1,
    replayedToS: Math.max(again.replayedToS, endOfNextPageS(checkpoint)),
    sequence: sequence + 1,
    abandoned: {
      sequences: [...(abandoned?.sequences ?? []), sequence + 1],
      countedKeys: abandoned?.countedKeys ?? [],
    },
  };
}

/** The hours a stream reads again; undefined for the live feed. */
export function walkOf({
  backfill,
  recheck,
}: Pick<Checkpoint, 'backfill' | 'recheck'>): HourWalk | undefined {
  return backfill ?? recheck;
}

/** Beginning of the hour that is being read, unix seconds. */
export function stepOf({ stepS, fromEpochS }: HourWalk): number {
  return stepS ?? fromEpochS;
}

/**
 * Where a feed stands: up to there everything was delivered, unix seconds. A watermark that lies beyond the place from
 * which the feed is to begin again may have left a gap behind it.
 */
export function placeOfFeedS({ phase, startEpochS, watermarkS = startEpochS }: Checkpoint): number {
  return phase === 'unstarted' ? startEpochS : watermarkS;
}

/** Where a stream begins again after a doubt: what reads the past, at its hour; else an hour before where it stood. */
export function beginningAfterDoubtS(checkpoint: Checkpoint): number {
  const { phase, startEpochS, watermarkS } = checkpoint;
  const walk = walkOf(checkpoint);
  if (walk !== undefined) return stepOf(walk);
  return phase === 'unstarted' ? startEpochS : replayStartS(watermarkS ?? startEpochS);
}

/** Whether a page may be stored in part that is not settled. Items of earlier versions do not say so of an epoch. */
export function mayHaveOpenPage({ phase, restUntilMs, begunAtMs }: Checkpoint): boolean {
  return (
    phase === 'requested' || restUntilMs !== undefined || (phase === 'unstarted' && begunAtMs === undefined)
  );
}

/**
 * An item of an earlier version, which believed every watermark: one that lies ahead of its call says nothing. What is
 * relied on then is the moment at which the archive last held everything.
 */
export function adopted(checkpoint: Checkpoint): Checkpoint {
  const { phase, begunAtMs, highS, watermarkS, servedAtMs, caughtUpAtMs = 0, startEpochS } = checkpoint;
  // It does not say when it began again: after it had caught up.
  if (phase === 'unstarted' && begunAtMs === undefined)
    return adopted({ ...checkpoint, begunAtMs: caughtUpAtMs + 1, begunAfterSequence: checkpoint.sequence });
  if (highS !== undefined || watermarkS === undefined || servedAtMs === undefined) return checkpoint;
  if (watermarkS * 1000 <= servedAtMs) return { ...checkpoint, highS: watermarkS };
  const reliableS = Math.max(startEpochS, Math.floor(caughtUpAtMs / 1000));
  return { ...checkpoint, watermarkS: reliableS, highS: Math.floor(servedAtMs / 1000) };
}

/** How far the page after the last settled one can reach, unix seconds: a window from where the iterator stood. */
function endOfNextPageS({ startEpochS, watermarkS = 0, servedAtMs = 0 }: Checkpoint): number {
  return Math.max(startEpochS, watermarkS, Math.ceil(servedAtMs / 1000)) + WINDOW_S;
}

/**
 * What is to be known of pages that were given up once another page is settled. When the replay is over, all of it has
 * been met again.
 */
export function abandonedAfter(
  { abandoned, replayedToS = 0 }: Checkpoint,
  { uncounted }: Pick<AlreadyStored, 'uncounted'>,
  watermarkS: number,
): AbandonedPages | undefined {
  if (abandoned === undefined || watermarkS > replayedToS) return undefined;
  const keys = uncounted.map(({ object }) => object.key);
  return { ...abandoned, countedKeys: [...abandoned.countedKeys, ...keys] };
}

type Advance = NonNullable<Checkpoint['lastAdvance']>;

/**
 * The page from which on the quarantine may hold what the page after `lastAdvance`, or a `resend` of that one, brings
 * again. What `lastAdvance` itself repeated lies further back.
 */
export function quarantineStart({
  sequence,
  settledAtMs,
  repeatsFrom,
}: Advance): NonNullable<Advance['repeatsFrom']> {
  return repeatsFrom ?? { sequence, settledAtMs };
}
