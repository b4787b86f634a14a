import type { EventLog } from './event-log';
import type { IndexCursor } from './index-cursor';
import { RETENTION_S } from './retention';
import type { SimulatedEvent, SimulatorOptions } from './simulator-options';

/** One of the iterator's operations; `epochS` starts at a time, `head` and `tail` are the deprecated ends. */
export type IteratorOperation = 'next' | 'resend' | 'head' | 'tail' | { readonly epochS: number };

/** What one call delivers. */
export interface IteratorPage {
  readonly events: readonly SimulatedEvent[];
  /** `timestamp_hwm`, unix seconds: not less than any event time in the page. */
  readonly watermarkS: number;
}

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

type IteratorOptions = Pick<
  SimulatorOptions,
  'resendGrows' | 'overlaps' | 'unknownIndexStart' | 'forgetsIndexAfterMs' | 'watermarkFollowsClock'
> & { readonly pageSize: number; readonly windowS: number };

/**
 * The state machine behind the endpoint: one cursor per index, moved when a page is made and not when it arrives
 * (Netskope REST API v2 dataexport iterator documentation; Netskope Cloud Exchange 1.6.2 persists a pending resend
 * for exactly that reason).
 */
export class AuditIterator {
  readonly #log: EventLog;
  readonly #options: IteratorOptions;
  readonly #cursors: Map<string, IndexCursor>;

  /** @param cursors changed in place by every call, so that its owner can store it. */
  constructor(log: EventLog, options: IteratorOptions, cursors: Map<string, IndexCursor>) {
    this.#log = log;
    this.#options = options;
    this.#cursors = cursors;
  }

  /** Makes the page of one call and moves the cursor; undefined for a `resend` on an index without a page. */
  run(operation: IteratorOperation, index: string, nowMs: number): IteratorPage | undefined {
    const nowS = Math.floor(nowMs / 1000);
    this.#log.reveal(nowS);
    const known = this.#remembered(index, nowMs);
    const shown = operation === 'resend' ? known && this.#resend(known) : this.#turn(operation, known, nowS);
    if (shown === undefined) return undefined;
    const kept = operation === 'resend' && this.#options.overlaps && known ? known : shown;
    this.#cursors.set(index, { ...kept, lastUsedMs: nowMs });
    const { lastPage, watermarkS } = shown;
    return { events: this.#log.slice(lastPage.from, lastPage.to), watermarkS };
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
    if (operation === 'tail') return this.#turnPage(this.#placedAt(this.#log.length, nowS), nowS);
    if (operation === 'head') return this.#turnPage(this.#oldest(nowS), nowS);
    // Netskope's clients take a start before the retention to mean the oldest event.
    const epochS = Math.max(operation.epochS, nowS - RETENTION_S);
    return this.#turnPage({ ...this.#placedAt(this.#log.length, epochS), seeksS: epochS }, nowS);
  }

  #firstCursor(nowS: number): IndexCursor {
    return this.#options.unknownIndexStart === 'oldest'
      ? this.#oldest(nowS)
      : this.#placedAt(this.#log.length, nowS);
  }

  #oldest(nowS: number): IndexCursor {
    const position = this.#log.firstAtOrAfter(nowS - RETENTION_S);
    return this.#placedAt(position, position < this.#log.length ? this.#log.insertedAtS(position) : nowS);
  }

  #placedAt(position: number, epochS: number): IndexCursor {
    const lastPage = { from: position, to: position, windowStartS: epochS };
    return { position, windowStartS: epochS, watermarkS: epochS, lastPage, lastUsedMs: 0 };
  }

  #turnPage(cursor: IndexCursor, nowS: number): IndexCursor {
    const { seeksS, windowStartS, lastUsedMs } = cursor;
    if (seeksS !== undefined && seeksS > nowS) return cursor;
    const from = seeksS === undefined ? cursor.position : this.#log.firstAtOrAfter(seeksS);
    const lastPage = { from, to: this.#endOfPage(from, windowStartS), windowStartS };
    const reached = this.#reached(lastPage, nowS);
    const watermarkS = Math.max(cursor.watermarkS, reached.watermarkS);
    return { position: lastPage.to, windowStartS: reached.windowStartS, watermarkS, lastPage, lastUsedMs };
  }

  /** How far a page takes the cursor: nowhere while its window has more, to the end of a window that is over, or to now. */
  #reached({ from, to, windowStartS }: IndexCursor['lastPage'], nowS: number) {
    const windowEndS = windowStartS + this.#options.windowS;
    const newestS = this.#newestS(from, to);
    if (to < this.#log.firstAtOrAfter(windowEndS)) return { windowStartS, watermarkS: newestS };
    if (windowEndS <= nowS) return { windowStartS: windowEndS, watermarkS: Math.max(newestS, windowEndS) };
    const watermarkS = this.#options.watermarkFollowsClock ? Math.max(newestS, nowS) : newestS;
    return { windowStartS: Math.max(windowStartS, nowS), watermarkS };
  }

  #resend(cursor: IndexCursor): IndexCursor {
    const { from, to, windowStartS } = cursor.lastPage;
    if (!this.#options.resendGrows || cursor.seeksS !== undefined) return cursor;
    const grownTo = Math.max(to, this.#endOfPage(from, windowStartS));
    const watermarkS = Math.max(cursor.watermarkS, this.#newestS(from, grownTo));
    return { ...cursor, watermarkS, lastPage: { from, to: grownTo, windowStartS }, position: grownTo };
  }

  #endOfPage(from: number, windowStartS: number): number {
    const endOfWindow = this.#log.firstAtOrAfter(windowStartS + this.#options.windowS);
    return Math.max(from, Math.min(from + this.#options.pageSize, endOfWindow));
  }

  /** Newest event or insertion time of the events; 0 if there are none. */
  #newestS(from: number, to: number): number {
    const events = this.#log.slice(from, to);
    return events.reduce(
      (newestS, { timestampS, insertedAtS }) => Math.max(newestS, timestampS, insertedAtS),
      0,
    );
  }
}
