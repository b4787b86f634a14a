import { randomBytes } from 'node:crypto';
import type {
  AbandonedPages,
  Checkpoint,
  HourWalk,
  Totals,
} from '../../../contract/storage/checkpoint-table';
import type { AlreadyStored } from '../page/already-stored';
import { CLOCKS_DIFFER_S, isReplaying, replayStartS } from './position';

export const NO_TOTALS: Totals = { archived: 0, quarantined: 0, drifted: 0 };

/** The checkpoint of a stream that was never collected. Version 0 means: not stored. */
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

/** Two deployments that share an index each get only every other page, so a name must never be used twice. */
const INDEX_SUFFIX_BYTES = 8;

/**
 * How far a stream is behind the present, in seconds: the time since its watermark, or since it last caught up if that
 * is later. It grows while nothing is served, and is near zero on an idle tenant.
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
    ...optional('editions', (one.editions ?? 0) + (other.editions ?? 0)),
    ...optional('conflicting', (one.conflicting ?? 0) + (other.conflicting ?? 0)),
  };
}

function optional(name: 'editions' | 'conflicting', count: number): Partial<Totals> {
  return count === 0 ? {} : { [name]: count };
}

export function subtractTotals(from: Totals, what: Totals): Totals {
  return addTotals(from, {
    archived: -what.archived,
    quarantined: -what.quarantined,
    drifted: -what.drifted,
    editions: -(what.editions ?? 0),
    conflicting: -(what.conflicting ?? 0),
  });
}

/**
 * The same stream, to begin again at an earlier time, on the other index name. Late answers, locks and faults of the
 * old index no longer matter. A page that was requested but not committed is abandoned: its events are delivered again,
 * and those already stored are found and counted then.
 */
export function beginAgain(
  checkpoint: Checkpoint,
  { startEpochS, nowMs }: { readonly startEpochS: number; readonly nowMs: number },
): Checkpoint {
  const { generation = 0, watermarkS = 0, highS = 0, replayedToS = 0 } = checkpoint;
  const { sequence, abandoned, lastGivenUp } = checkpoint;
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
    ...(lastGivenUp?.ahead === undefined
      ? {}
      : { lastGivenUp: { ...lastGivenUp, ahead: { ...lastGivenUp.ahead, met: 0 } } }),
  } as const;
  if (!mayHaveOpenPage(checkpoint)) return { ...again, begunAfterSequence: sequence };
  return {
    ...again,
    begunAfterSequence: sequence + 1,
    sequence: sequence + 1,
    abandoned: {
      sequences: [...(abandoned?.sequences ?? []), sequence + 1],
      countedKeys: abandoned?.countedKeys ?? [],
      sinceMs: abandoned?.sinceMs ?? nowMs,
      toS: Math.ceil(nowMs / 1000) + CLOCKS_DIFFER_S,
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

/** Start of the hour that is being read, unix seconds. */
export function stepOf({ stepS, fromEpochS }: HourWalk): number {
  return stepS ?? fromEpochS;
}

/**
 * Time up to which everything was delivered, unix seconds. In an `unstarted` stream the watermark does not count: there
 * may be a gap between `startEpochS` and it.
 */
export function placeOfS({ phase, startEpochS, watermarkS = startEpochS }: Checkpoint): number {
  return phase === 'unstarted' ? startEpochS : watermarkS;
}

const SECONDS_PER_HOUR = 3600;
/** Hours from the one before where the stream stands in which a page is expected to have events. */
const EXPECTED_HOURS = 4;

/** The hour before the one in which the stream stands, counted from 1970. */
export function firstHourOf(checkpoint: Checkpoint): number {
  return Math.floor(placeOfS(checkpoint) / SECONDS_PER_HOUR) - 1;
}

/** Whether an hour need not be written down before a page stores events in it. */
export function isExpectedHour(checkpoint: Checkpoint, hour: number): boolean {
  const firstHour = firstHourOf(checkpoint);
  // A walk keeps events beyond its end if they are dated ahead of the call. Once their time has come, it leaves them out.
  const endHour = (walkOf(checkpoint)?.toEpochS ?? Infinity) / SECONDS_PER_HOUR;
  return hour >= firstHour && hour < Math.min(firstHour + EXPECTED_HOURS, endHour);
}

/** All hours in which an uncommitted page may have stored events. */
export function hoursOfOpenPage(checkpoint: Checkpoint): readonly number[] {
  const firstHour = firstHourOf(checkpoint);
  const near = Array.from({ length: EXPECTED_HOURS }, (_, place) => firstHour + place);
  return [...near.filter((hour) => isExpectedHour(checkpoint, hour)), ...(checkpoint.openHours ?? [])];
}

/** Where a stream begins again after a doubt: the hour of a backfill or recheck, or an hour before the watermark. */
export function beginningAfterDoubtS(checkpoint: Checkpoint): number {
  const { phase, startEpochS, watermarkS } = checkpoint;
  const walk = walkOf(checkpoint);
  if (walk !== undefined) return stepOf(walk);
  return phase === 'unstarted' ? startEpochS : replayStartS(watermarkS ?? startEpochS);
}

/** Whether an earlier generation has given up the page that is unreadable now: it need not be waited for again. */
export function wasGivenUp({ lastGivenUp }: Checkpoint): boolean {
  return lastGivenUp?.ahead !== undefined && lastGivenUp.ahead.met < lastGivenUp.ahead.pages;
}

/** When the stream was last served, or began again if that is later, unix milliseconds; 0 if neither is known. */
export function silentSinceMs({ servedAtMs = 0, begunAtMs = 0 }: Checkpoint): number {
  return Math.max(servedAtMs, begunAtMs);
}

/** Whether a page may be partly stored but not committed. Older items do not record this for an epoch call. */
export function mayHaveOpenPage({ phase, restUntilMs, begunAtMs }: Checkpoint): boolean {
  return (
    phase === 'requested' || restUntilMs !== undefined || (phase === 'unstarted' && begunAtMs === undefined)
  );
}

/**
 * Adopts an item of an earlier version, which trusted every watermark. A watermark ahead of its call is not reliable;
 * the time at which the archive last held everything is used instead.
 */
export function adopted(checkpoint: Checkpoint): Checkpoint {
  const { phase, begunAtMs, highS, watermarkS, servedAtMs, caughtUpAtMs = 0, startEpochS } = checkpoint;
  // It does not record when it began again; that was after it had caught up.
  if (phase === 'unstarted' && begunAtMs === undefined)
    return adopted({ ...checkpoint, begunAtMs: caughtUpAtMs + 1, begunAfterSequence: checkpoint.sequence });
  if (highS !== undefined || watermarkS === undefined || servedAtMs === undefined) return checkpoint;
  if (watermarkS * 1000 <= servedAtMs) return { ...checkpoint, highS: watermarkS };
  const reliableS = Math.max(startEpochS, Math.floor(caughtUpAtMs / 1000));
  return { ...checkpoint, watermarkS: reliableS, highS: Math.floor(servedAtMs / 1000) };
}

/** The abandoned pages after another page is committed, with what of them that page has counted. */
export function abandonedAfter(
  { abandoned }: Checkpoint,
  { uncounted }: Pick<AlreadyStored, 'uncounted'>,
): AbandonedPages | undefined {
  if (abandoned === undefined) return undefined;
  const keys = uncounted.map(({ object }) => object.key);
  return { ...abandoned, countedKeys: [...abandoned.countedKeys, ...keys] };
}

/**
 * Whether the events of all abandoned pages were delivered again, as far as they ever are: the stream is past the time
 * at which they were abandoned, and nothing is left to fetch.
 */
export function isAbandonedOver(checkpoint: Checkpoint): boolean {
  const { abandoned, caughtUp, watermarkS = 0 } = checkpoint;
  if (abandoned === undefined || !caughtUp || isReplaying(checkpoint)) return false;
  return watermarkS > (abandoned.toS ?? 0);
}

/** Whether the next page may hold events that an earlier page, committed or abandoned, has stored. */
export function mayRepeat(checkpoint: Checkpoint): boolean {
  const { abandoned } = checkpoint;
  return isReplaying(checkpoint) || abandoned !== undefined || walkOf(checkpoint) !== undefined;
}

type Advance = NonNullable<Checkpoint['lastAdvance']>;

/**
 * The first page whose quarantined events may be repeated by the page after `lastAdvance`, or by a `resend` of that
 * one. If `lastAdvance` itself repeats events, that page is further back.
 */
export function quarantineStart({
  sequence,
  settledAtMs,
  repeatsFrom,
}: Advance): NonNullable<Advance['repeatsFrom']> {
  return repeatsFrom ?? { sequence, settledAtMs };
}
