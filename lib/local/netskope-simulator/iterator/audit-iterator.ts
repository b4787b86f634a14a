import type { EventLog, SimulatedEvent } from '../event-log';
import { RETENTION_S } from '../event-log';
import type { SimulatorOptions } from '../simulator-options';
import type { IndexCursor, LastPage } from './index-cursor';
import type { PageLimitOptions } from './page-limits';
import { PageLimits, watermarkOf } from './page-limits';
import type { Place } from './walk';
import { Walk } from './walk';

export interface IteratorPage {
  readonly events: readonly SimulatedEvent[];
  /** `timestamp_hwm`, unix seconds: not less than any event time in the page. Absent if no answer has one. */
  readonly watermarkS?: number;
}

/** Why the iterator makes no page: nothing to resend, or a start before the retention. */
type IteratorRefusal = 'no-page' | 'before-retention';

type IteratorOptions = PageLimitOptions &
  Pick<
    SimulatorOptions,
    | 'resendGrows'
    | 'overlaps'
    | 'unknownIndexStart'
    | 'forgetsIndexAfterMs'
    | 'rejectsEpochBeforeRetention'
    | 'watermark'
    | 'watermarkTrailsS'
  >;

interface NextPage {
  readonly from: Place;
  /** Index of the first event that is not in the page. */
  readonly end: number;
  readonly windowStartS: number;
}

/**
 * The state machine behind the endpoint: one cursor per index, moved when a page is made, not when it arrives (Netskope
 * REST API v2 dataexport iterator documentation; Netskope Cloud Exchange 1.6.2 persists a pending resend for exactly
 * that reason).
 */
export class AuditIterator {
  readonly #log: EventLog;
  readonly #walk: Walk;
  readonly #limits: PageLimits;
  readonly #options: IteratorOptions;
  readonly #cursors: Map<string, IndexCursor>;

  /** @param cursors changed in place by every call, so that their owner can store them. */
  constructor(log: EventLog, options: IteratorOptions, cursors: Map<string, IndexCursor>) {
    this.#log = log;
    this.#walk = new Walk(log, options.walksBy);
    this.#limits = new PageLimits(this.#walk, options);
    this.#options = options;
    this.#cursors = cursors;
  }

  /** Makes the page of one call and moves the cursor, unless it refuses. */
  run(operation: IteratorOperation, index: string, nowMs: number): IteratorPage | IteratorRefusal {
    const nowS = Math.floor(nowMs / 1000);
    this.#log.reveal(nowS);
    if (this.#isRejected(operation, nowS)) return 'before-retention';
    const known = this.#remembered(index, nowMs);
    const shown =
      operation === 'resend' ? known && this.#resend(known, nowS) : this.#turn(operation, known, nowS);
    if (shown === undefined) return 'no-page';
    const kept = operation === 'resend' && this.#options.overlaps && known ? known : shown;
    this.#cursors.set(index, { ...kept, lastUsedMs: nowMs });
    const events = this.#eventsOf(shown.lastPage);
    return this.#options.watermark === 'none' ? { events } : { events, watermarkS: shown.watermarkS };
  }

  #isRejected(operation: IteratorOperation, nowS: number): boolean {
    const isEpoch = typeof operation === 'object' && this.#options.rejectsEpochBeforeRetention === true;
    return isEpoch && operation.epochS < nowS - RETENTION_S;
  }

  #remembered(index: string, nowMs: number): IndexCursor | undefined {
    const cursor = this.#cursors.get(index);
    const { forgetsIndexAfterMs = Infinity } = this.#options;
    return cursor && nowMs - cursor.lastUsedMs <= forgetsIndexAfterMs ? cursor : undefined;
  }

  #turn(
    operation: Exclude<IteratorOperation, 'resend'>,
    known: IndexCursor | undefined,
    nowS: number,
  ): IndexCursor {
    if (operation === 'next') return this.#turnPage(known ?? this.#firstCursor(nowS), nowS);
    if (operation === 'tail') return this.#turnPage(this.#latest(nowS), nowS);
    if (operation === 'head') return this.#turnPage(this.#oldest(nowS), nowS);
    // Netskope's clients assume that a start before the retention means the oldest event.
    const epochS = Math.max(operation.epochS, nowS - RETENTION_S);
    const index = this.#walk.firstAtOrAfter(epochS);
    return this.#turnPage({ ...this.#startAt(index, epochS), seeksS: epochS }, nowS);
  }

  #firstCursor(nowS: number): IndexCursor {
    return this.#options.unknownIndexStart === 'oldest' ? this.#oldest(nowS) : this.#latest(nowS);
  }

  #latest(nowS: number): IndexCursor {
    return this.#startAt(this.#walk.firstAtOrAfter(nowS + 1), nowS);
  }

  #oldest(nowS: number): IndexCursor {
    const index = this.#walk.firstAtOrAfter(nowS - RETENTION_S);
    return this.#startAt(index, Math.min(nowS, this.#walk.timeS(index) ?? nowS));
  }

  #startAt(index: number, epochS: number): IndexCursor {
    const place = this.#walk.standAt(index, epochS);
    const lastPage = { from: place, to: place, knownEvents: this.#log.length, windowStartS: epochS };
    const times = { windowStartS: epochS, reachedS: epochS, newestSoFarS: epochS, watermarkS: epochS };
    return { place, ...times, lastPage, lastUsedMs: 0 };
  }

  #turnPage({ seeksS, ...cursor }: IndexCursor, nowS: number): IndexCursor {
    if (seeksS !== undefined && seeksS > nowS) return { ...cursor, seeksS };
    const { windowStartS } = cursor;
    const first =
      seeksS === undefined ? this.#walk.firstAfter(cursor.place) : this.#walk.firstAtOrAfter(seeksS);
    const end = this.#limits.endOfPage(first, windowStartS, nowS);
    const reached = this.#limits.reachedBy({ first, end, windowStartS }, nowS);
    const from = this.#walk.standAt(first, cursor.reachedS);
    return this.#withPage(
      { ...cursor, ...reached, reachedS: Math.max(cursor.reachedS, reached.reachedS) },
      { from, end, windowStartS },
      nowS,
    );
  }

  #resend(cursor: IndexCursor, nowS: number): IndexCursor {
    const { from, to, windowStartS } = cursor.lastPage;
    if (!this.#options.resendGrows || cursor.seeksS !== undefined) return cursor;
    const first = this.#walk.firstAfter(from);
    const end = Math.max(this.#walk.firstAfter(to), this.#limits.endOfPage(first, windowStartS, nowS));
    const reachedS = Math.max(cursor.reachedS, end > first ? (this.#walk.timeS(end - 1) ?? 0) : 0);
    return this.#withPage({ ...cursor, reachedS }, { from, end, windowStartS }, nowS);
  }

  /** The cursor after a page that ends before the event at index `end`. */
  #withPage(cursor: IndexCursor, { from, end, windowStartS }: NextPage, nowS: number): IndexCursor {
    const { watermark = 'highest', watermarkTrailsS = -Infinity } = this.#options;
    const { reachedS, watermarkS: previousS } = cursor;
    const to = this.#walk.placeBefore(end);
    const lastPage = { from, to, knownEvents: this.#log.length, windowStartS };
    const pageNewestS = newestS(this.#eventsOf(lastPage));
    const newestSoFarS = Math.max(cursor.newestSoFarS, pageNewestS);
    const latestS = nowS - watermarkTrailsS;
    const inputs = { previousS, reachedS, pageNewestS, newestSoFarS, latestS };
    const place = this.#walk.standAt(end, reachedS);
    return { ...cursor, place, newestSoFarS, watermarkS: watermarkOf(watermark, inputs), lastPage };
  }

  #eventsOf({ from, to, knownEvents }: LastPage): readonly SimulatedEvent[] {
    return this.#walk.events(this.#walk.firstAfter(from), this.#walk.firstAfter(to), knownEvents);
  }
}

/** Newest event time, unix seconds; 0 if there are no events. */
function newestS(events: readonly SimulatedEvent[]): number {
  return events.reduce((newest, { timestampS }) => Math.max(newest, timestampS), 0);
}

/** One of the iterator's operations; `epochS` starts at a time, `head` and `tail` are the deprecated ends. */
export type IteratorOperation = 'next' | 'resend' | 'head' | 'tail' | { readonly epochS: number };

/** Reads the `operation` parameter; undefined if the iterator knows no such operation. */
export function parseOperation(operation: string): IteratorOperation | undefined {
  if (/^\d{1,15}$/.test(operation)) return { epochS: Number(operation) };
  switch (operation) {
    case 'next':
    case 'resend':
    case 'head':
    case 'tail':
      return operation;
    default:
      return undefined;
  }
}
