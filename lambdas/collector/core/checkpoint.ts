import { randomBytes } from 'node:crypto';

import type { AbandonedPages, Checkpoint, Totals } from '../../contract/checkpoint-table';
import { WINDOW_S } from './iterator';
import type { Held } from './ports';

export const NO_TOTALS: Totals = { archived: 0, quarantined: 0, drifted: 0 };

/** A stream that nobody has collected yet. It is version 0, which means: not stored. */
export function newCheckpoint(streamId: string, sourceId: string, startEpochS: number): Checkpoint {
  return {
    streamId,
    indexName: `${sourceId}-${randomBytes(INDEX_SUFFIX_BYTES).toString('hex')}`,
    phase: 'unstarted',
    startEpochS,
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
 * How far a stream is behind the present, in seconds: since the later of Netskope's watermark and the moment at which
 * nothing was left. It grows while nothing is served, and is near zero on an idle tenant.
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
 * The same stream, to be asked for again from an earlier time. A page that was asked for and not settled is given up: it
 * is delivered again, and what of it was stored is met again and counted.
 * @param replayedToS up to where pages were delivered before, unix seconds
 */
export function replayFrom(checkpoint: Checkpoint, startEpochS: number, replayedToS: number): Checkpoint {
  const replay = { phase: 'unstarted', startEpochS, replayedToS } as const;
  if (checkpoint.phase === 'settled') return { ...checkpoint, ...replay };
  const sequence = checkpoint.sequence + 1;
  return {
    ...checkpoint,
    ...replay,
    replayedToS: Math.max(replayedToS, endOfNextPageS(checkpoint)),
    sequence,
    abandoned: {
      sequences: [...(checkpoint.abandoned?.sequences ?? []), sequence],
      countedKeys: checkpoint.abandoned?.countedKeys ?? [],
    },
  };
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
  { recovered }: Pick<Held, 'recovered'>,
  watermarkS: number,
): AbandonedPages | undefined {
  if (abandoned === undefined || watermarkS > replayedToS) return undefined;
  const keys = recovered.map(({ object }) => object.key);
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
