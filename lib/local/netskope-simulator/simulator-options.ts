import type { SimulatedEvent } from './event-log';
import type { Fault, RefusalFault } from './gateway/fault';
import type { SimulatorPaths, SimulatorRequest, TenantTokens } from './gateway/request';

/** Hooks by which a test takes part in a request. An error of a hook makes `NetskopeSimulator.stop` throw. */
export interface SimulatorHooks {
  /** Awaited when a request has arrived and nothing was done yet; the fault it returns happens to this request. */
  received?(request: SimulatorRequest): Fault | undefined | void | Promise<Fault | undefined | void>;
  /** Awaited after the iterator's cursor moved and the page was remembered, before the first byte of the answer. */
  moved?(request: SimulatorRequest): void | Promise<void>;
  /** Awaited after the last byte was handed to the socket, a fault's last byte included. */
  sent?(request: SimulatorRequest): void | Promise<void>;
}

/** A bound of a time range, by the name of its parameter. */
export type TimeBound = 'starttime' | 'endtime' | 'insertionstarttime' | 'insertionendtime';

/**
 * Behavior of the endpoint for queries by time range, as known from Netskope's own SDK and command line. Where they
 * leave a gap, both possible behaviors can be chosen.
 */
export interface EventQueryOptions {
  /** Whether a bound belongs to its range. @default - as in the v1 API: `starttime` does not, the others do */
  readonly includesBound?: Partial<Readonly<Record<TimeBound, boolean>>>;
  /** How wrong parameters are answered: with a 400, or inside a 200 as by sibling endpoints. @default 'status-400' */
  readonly errorForm?: 'status-400' | 'ok-0';
  /** `offset` has no effect, which Netskope's command line guards against. @default false */
  readonly ignoresOffset?: boolean;
  /** Whether `total` says how many events there are in all pages. @default true */
  readonly statesTotal?: boolean;
  /** Most events in an answer to a request without `limit`. @default 5000, the most there can be */
  readonly defaultLimit?: number;
  /** The exact JSON text served for an event, if it differs from the iterator's. @default - the same text */
  readonly rowText?: (event: SimulatedEvent) => string;
}

/**
 * The meaning of `timestamp_hwm`. Netskope documents only that it is not less than the newest event time.
 * - `highest`: the highest of every position and event time so far; it never falls.
 * - `position`: the cursor, or the newest event of this page; it falls back after an event dated ahead.
 * - `newest-event`: the newest event time so far, or the epoch of the start; time without events does not raise it.
 * - `none`: no answer has the field.
 */
export type WatermarkKind = 'highest' | 'position' | 'newest-event' | 'none';

/** How the simulated tenant behaves. Where Netskope documents nothing, both possible behaviors can be chosen. */
export interface SimulatorOptions {
  /** The tenant's clock, unix milliseconds. */
  readonly nowMs: () => number;
  /** @default - those of audit events */
  readonly paths?: SimulatorPaths;
  /** @default - any token is valid, only a missing one is refused */
  readonly tokens?: TenantTokens;
  /** Fault of every request: a tenant that is switched off, a host that is not a tenant. @default - none */
  readonly standingFault?: RefusalFault;
  /** Names of indexes that another consumer works on: calls on them are answered with 409. @default - none */
  readonly heldIndexes?: readonly string[];
  readonly eventQuery?: EventQueryOptions;
  /** Most events in a page of the iterator. @default 10000, the iterator's documented maximum */
  readonly pageSize?: number;
  /**
   * The order of a cursor. By event time it never returns to an event that is inserted late, and an event dated ahead
   * of the clock waits for its time. @default 'insertion'
   */
  readonly walksBy?: 'insertion' | 'event-time';
  /**
   * By event time, whether an event dated ahead of the clock is delivered at once and moves the cursor to its time.
   * @default false
   */
  readonly deliversBeyondPresent?: boolean;
  /** Seconds of age that an event must have to be delivered, in the time of the order. @default 0 */
  readonly deliveryDelayS?: number;
  /** Seconds of time that one page covers at most, or no such limit. @default 3600, the documented batch of one hour */
  readonly windowS?: number | 'none';
  /** Calls a second to each endpoint, counted by `nowMs`. @default 4, the documented limit of an iterator endpoint */
  readonly rateLimitPerS?: number | 'unlimited';
  /** Whether RateLimit headers are sent, and Retry-After with a 429. @default true */
  readonly rateLimitHeaders?: boolean;
  /** `wait_time` of an answer in seconds. @default - 1 after a full page, else 5: both seen in real answers */
  readonly waitTimeS?: number | ((eventCount: number) => number);
  /** Whether a resent page also has the events that its window has received since. @default false */
  readonly resendGrows?: boolean;
  /** Whether a grown page leaves the cursor alone, so that the next page repeats what was added. @default false */
  readonly overlaps?: boolean;
  /** 409 while a page of the index is being made, or a stalled request was left running. @default false: pages interleave */
  readonly locksBusyIndex?: boolean;
  /** Form of that 409. @default 'json' */
  readonly conflictBody?: 'json' | 'text';
  /** Where `next` starts on an index never seen. @default 'now' */
  readonly unknownIndexStart?: 'now' | 'oldest';
  /**
   * The answer to `resend` on an index without a page: `empty` has the present as its watermark.
   * @default 'empty'
   */
  readonly resendWithoutPage?: 'empty' | 'empty-without-watermark' | 'bad-request';
  /** An index that was unused for longer counts as never seen. @default - never forgotten */
  readonly forgetsIndexAfterMs?: number;
  /** Whether each answer has its events in a different order, also for `resend`. @default false */
  readonly shufflesPages?: boolean;
  /** Whether an epoch before the retention is answered with 400; otherwise it means the oldest event. @default false */
  readonly rejectsEpochBeforeRetention?: boolean;
  /** The meaning of `timestamp_hwm`. @default 'highest' */
  readonly watermark?: WatermarkKind;
  /**
   * The position does not raise `timestamp_hwm` beyond this many seconds before the clock; an event does.
   * @default - it may come up to the clock
   */
  readonly watermarkTrailsS?: number;
  /** Whether the cursor and `timestamp_hwm` move to the present if there are no new events. @default false */
  readonly watermarkFollowsClock?: boolean;
  /** Whether every answered request leaves a "Rest API V2 Call" event. @default false */
  readonly auditsItsOwnApi?: boolean;
  /** Seconds from an answer to the insertion of that event. @default 0 */
  readonly ownApiEventDelayS?: number;
  /**
   * Seconds by which the tenant's clock is ahead of `nowMs`, negative if it is behind, in the Date header, deliveries
   * and watermarks. @default 0
   */
  readonly clockSkewS?: number;
  /**
   * Whether a request on a connection that was idle for more than 60 s of `nowMs` is reset, as after a frozen Lambda.
   * @default true
   */
  readonly resetsIdleSockets?: boolean;
  readonly hooks?: SimulatorHooks;
  /**
   * JSON file that keeps the cursors over a restart. It has no events: a restarted simulator must be given the same
   * events in the same order. @default - cursors end with the simulator
   */
  readonly statePath?: string;
}
