import type { Checkpoint, Totals } from '../../../contract/storage/checkpoint-table';
import type { AlreadyStored, UncountedObject } from '../page/already-stored';
import type { ValidatedPage } from '../page/validated-page';
import { unstored } from '../page/validated-page';
import type { Call } from './call';
import {
  abandonedAfter,
  addTotals,
  beginAgain,
  beginningAfterDoubtS,
  mayRepeat,
  NO_TOTALS,
  placeOfS,
  quarantineStart,
  subtractTotals,
  wasGivenUp,
} from './checkpoint';
import type { IteratorProtocol } from './iterator';
import type { PageFacts } from './position';
import { nextEmptyToS, WINDOW_S } from './position';

/** A stored page, for the checkpoint and the run's counts. */
export interface StoredPage {
  readonly call: Call;
  readonly askedAtMs: number;
  readonly validated: ValidatedPage;
  readonly alreadyStored: AlreadyStored;
  /** How many unreadable answers attempts at the page have kept. */
  readonly keptPages: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** The checkpoint after a page was stored, and what the page adds to the totals. */
export function committed(
  before: Checkpoint,
  stored: StoredPage,
  { protocol, nowMs }: { readonly protocol: IteratorProtocol; readonly nowMs: number },
): { readonly checkpoint: Checkpoint; readonly counts: Totals } {
  const { call, validated, alreadyStored, askedAtMs } = stored;
  const counts = countsOf(validated, alreadyStored);
  const sequence = before.sequence + 1;
  const facts = factsOf(before, stored, protocol);
  const jumps = protocol.jumps(before, facts);
  const caughtUp = !jumps && protocol.catchesUp(before, facts);
  const reliableS = protocol.reliableToS(before, facts, { caughtUp, fromS: fromS(before, call) });
  const watermarkS = jumps ? before.watermarkS : reliableS;
  const checkpoint: Checkpoint = {
    ...before,
    phase: 'settled',
    sequence,
    restUntilMs: undefined,
    watermarkS,
    highS: facts.highS,
    rawWatermark: validated.page.rawWatermarkS,
    emptyToS: emptyToAfter(before, { facts, caughtUp }),
    largestPage: Math.max(before.largestPage ?? 0, validated.page.events.length),
    unreadable: unreadableAfter(before, watermarkS),
    ...givenUpAfter(before, watermarkS),
    servedAtMs: askedAtMs,
    settledBy: call.operation,
    lastAdvance: advanceOf(before, stored, { sequence, nowMs }),
    caughtUp,
    ...(caughtUp ? { caughtUpAtMs: askedAtMs } : {}),
    ...openAfter(before, { ...alreadyStored, keptPages: stored.keptPages }),
    ...jobAfter(before, stored),
    totals: addTotals(before.totals, counts),
  };
  if (!jumps) return { checkpoint, counts };
  return { checkpoint: beginAgain(checkpoint, { startEpochS: beginningAfterDoubtS(before), nowMs }), counts };
}

/**
 * A page ends the count of unreadable answers, unless the stream has begun again since and is still on its way to the page
 * that could not be read: Netskope may forget the index after each of them.
 */
function unreadableAfter(
  { unreadable, generation = 0 }: Checkpoint,
  watermarkS: number | undefined,
): Checkpoint['unreadable'] {
  if (unreadable?.placeS === undefined || unreadable.generation === generation) return undefined;
  return isBeyond(unreadable.placeS, watermarkS) ? undefined : unreadable;
}

/** A page with an event that is dated ahead may have a watermark up to a window later than the page that follows. */
function isBeyond(placeS: number, watermarkS = 0): boolean {
  return watermarkS > placeS + WINDOW_S;
}

function givenUpAfter(
  { lastGivenUp }: Checkpoint,
  watermarkS: number | undefined,
): Pick<Checkpoint, 'lastGivenUp'> {
  if (lastGivenUp === undefined) return {};
  const { atMs, ahead } = lastGivenUp;
  const isPassed = ahead === undefined || isBeyond(ahead.placeS, watermarkS);
  return { lastGivenUp: { atMs, readSince: true, ...(isPassed ? {} : { ahead }) } };
}

/** What a page adds to the totals: its new events, and all events that unfinished attempts left behind. */
export function countsOf(validated: ValidatedPage, alreadyStored: AlreadyStored): Totals {
  const { accepted, rejected } = unstored(validated, alreadyStored);
  const ofPage: Totals = {
    archived: accepted.length,
    quarantined: rejected.length,
    drifted: accepted.filter(({ drift }) => drift.length > 0).length,
    editions: accepted.filter(({ edition }) => edition !== undefined).length,
    conflicting: accepted.filter(({ isConflicting }) => isConflicting === true).length,
  };
  return withUncounted(addTotals(NO_TOTALS, ofPage), alreadyStored.uncounted);
}

function withUncounted(totals: Totals, uncounted: readonly UncountedObject[]): Totals {
  return uncounted.reduce((sum, object) => addTotals(sum, object.totals), totals);
}

type NewEvents = Pick<ValidatedPage, 'accepted' | 'rejected'>;

/**
 * The checkpoint after a page was given up.
 * @param left what attempts stored while the page could still be read
 */
export function committedWithoutEvents(
  before: Checkpoint,
  {
    keptPages,
    left,
    nowMs,
  }: { readonly keptPages: number; readonly left: readonly UncountedObject[]; readonly nowMs: number },
): Partial<Checkpoint> {
  const { startEpochS, watermarkS = startEpochS, highS = startEpochS } = before;
  const { pages = 0, met = 0, placeS = 0 } = before.lastGivenUp?.ahead ?? {};
  const ahead = {
    pages: Math.max(pages, met + 1),
    met: met + 1,
    placeS: Math.max(placeS, placeOfS(before)),
  };
  return {
    phase: 'settled',
    sequence: before.sequence + 1,
    restUntilMs: undefined,
    // The answers counted are those with a page behind the ones that were given up before.
    unreadable: wasGivenUp(before) ? before.unreadable : undefined,
    lastGivenUp: { atMs: nowMs, readSince: false, ahead },
    settledBy: 'resend',
    caughtUp: false,
    watermarkS,
    highS,
    ...countedLeft(before, left),
    ...openAfter(before, { uncounted: left, keptPages }),
  };
}

/**
 * The checkpoint once abandoned pages are over.
 * @param left what they stored and no page has counted
 */
export function withoutAbandoned(before: Checkpoint, left: readonly UncountedObject[]): Partial<Checkpoint> {
  return {
    sequence: before.sequence + (left.length > 0 ? 1 : 0),
    ...countedLeft(before, left),
    abandoned: undefined,
    openHours: undefined,
  };
}

/** Counts what attempts left behind where no page is counted with it. */
function countedLeft(
  before: Checkpoint,
  left: readonly UncountedObject[],
): Pick<Checkpoint, 'totals' | 'recheck'> {
  return {
    totals: withUncounted(before.totals, left),
    ...recheckAfter(before, { accepted: [], rejected: [] }, left),
  };
}

/**
 * What to remember of uncommitted pages once this one is committed or given up. The number of events in a kept answer
 * is unknown: the metric counts it as one quarantined event, and the totals leave it out.
 */
function openAfter(
  before: Checkpoint,
  { uncounted, keptPages }: Pick<AlreadyStored, 'uncounted'> & { readonly keptPages: number },
): Pick<Checkpoint, 'abandoned' | 'openHours' | 'openPageKeys' | 'announced'> {
  const abandoned = abandonedAfter(before, { uncounted });
  return {
    abandoned,
    openHours: abandoned === undefined ? undefined : before.openHours,
    openPageKeys: undefined,
    announced: subtractTotals(before.announced, { ...NO_TOTALS, quarantined: keptPages }),
  };
}

/** Where the page began, unix seconds. */
function fromS({ watermarkS, startEpochS }: Checkpoint, call: StoredPage['call']): number {
  return call.operation === 'epoch' ? call.epochS : (watermarkS ?? startEpochS);
}

function factsOf(
  before: Checkpoint,
  { call, validated: { page, accepted }, askedAtMs }: StoredPage,
  { believedWatermarkS, smallestFullPage }: IteratorProtocol,
): PageFacts {
  const askedAtS = Math.floor(askedAtMs / 1000);
  const believedS = believedWatermarkS(page.rawWatermarkS, askedAtS);
  let oldestS: number | undefined;
  let newestS = fromS(before, call);
  for (const { timestampS } of accepted) {
    if (oldestS === undefined || timestampS < oldestS) oldestS = timestampS;
    if (timestampS > newestS && timestampS <= askedAtS) newestS = timestampS;
  }
  return { call, page, oldestS, askedAtS, believedS, highS: believedS ?? newestS, smallestFullPage };
}

function emptyToAfter(
  before: Checkpoint,
  { facts, caughtUp }: { readonly facts: PageFacts; readonly caughtUp: boolean },
): number | undefined {
  if (caughtUp) return facts.askedAtS;
  return facts.page.events.length === 0 ? nextEmptyToS(before) : before.emptyToS;
}

/** A `resend` does not move the cursor, and an empty page has nothing that could be repeated. */
function advanceOf(
  before: Checkpoint,
  { call, validated, alreadyStored }: StoredPage,
  { sequence, nowMs }: { readonly sequence: number; readonly nowMs: number },
): Checkpoint['lastAdvance'] {
  const { lastAdvance } = before;
  if (call.operation === 'resend' || validated.page.events.length === 0) return lastAdvance;
  const repeats = validated.rejected.some(({ index }) => alreadyStored.earlier.has(index));
  return {
    sequence,
    settledAtMs: nowMs,
    isReplayed: call.operation === 'epoch' || mayRepeat(before),
    ...(repeats && lastAdvance !== undefined ? { repeatsFrom: quarantineStart(lastAdvance) } : {}),
  };
}

function jobAfter(
  before: Checkpoint,
  { validated, alreadyStored }: StoredPage,
): Pick<Checkpoint, 'backfill' | 'recheck'> {
  const { backfill } = before;
  if (backfill === undefined)
    return recheckAfter(before, unstored(validated, alreadyStored), alreadyStored.uncounted);
  const alreadyHeld = backfill.alreadyHeld + validated.repeated + alreadyStored.earlier.size;
  return { backfill: { ...backfill, alreadyHeld, failure: undefined } };
}

function recheckAfter(
  { recheck }: Checkpoint,
  fresh: NewEvents,
  uncounted: readonly UncountedObject[],
): Pick<Checkpoint, 'recheck'> {
  if (recheck === undefined) return {};
  const recovered = recoveredBy(fresh, uncounted, recheck.claimedToS);
  return {
    recheck: {
      ...recheck,
      recovered: recheck.recovered + recovered,
      unannounced: recheck.unannounced + recovered,
      failure: undefined,
    },
  };
}

/** Of what a recheck's page adds to the totals, the events that the live feed should have delivered. */
function recoveredBy(
  { accepted, rejected }: NewEvents,
  uncounted: readonly UncountedObject[],
  claimedToS: number,
): number {
  const timestampsS = [
    ...accepted.filter(({ edition }) => edition === undefined).map(({ timestampS }) => timestampS),
    ...uncounted.flatMap((object) => object.timestampsS),
  ];
  return uncounted.reduce(
    (sum, { totals }) => sum + totals.quarantined,
    timestampsS.filter((timestampS) => timestampS < claimedToS).length + rejected.length,
  );
}
