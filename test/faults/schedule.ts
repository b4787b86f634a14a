import fc from 'fast-check';
import { SHORTEST_TRUST_MS } from '../../lambdas/collector/core/protocol/iterator';
import type { Fault } from '../../lib/local/netskope-simulator/gateway/fault';
import type { SimulatorOptions } from '../../lib/local/netskope-simulator/simulator-options';

/** Faults of a request, by the names shown in a counterexample. */
export const FAULTS = {
  'rate limited': { kind: 'rate-limited', retryAfter: '1' },
  'rate limited for an hour': { kind: 'rate-limited', retryAfter: '3600' },
  conflict: { kind: 'conflict' },
  'token refused': { kind: 'unauthorized' },
  'answer lost, page made': { kind: 'stall', served: 'at-once' },
  'answer lost, page not made': { kind: 'stall', served: 'never' },
  'served a second later': { kind: 'stall', served: { afterMs: 1_000 } },
  'served two minutes later': { kind: 'stall', served: { afterMs: 120_000 } },
  'served after more than a schedule': { kind: 'stall', served: { afterMs: 480_000 } },
  'reset, page made': { kind: 'reset', cursorMoved: true },
  'reset, page not made': { kind: 'reset', cursorMoved: false },
  'reset behind the head of a 200': { kind: 'reset', cursorMoved: true, afterHeaders: true },
  '204, page made': { kind: 'no-content' },
  '408, page made': { kind: 'server-error', status: 408, cursorMoved: true },
  '425, page made': { kind: 'server-error', status: 425, cursorMoved: true },
  '499, page made': { kind: 'server-error', status: 499, cursorMoved: true },
  '500, page made': { kind: 'server-error', status: 500, cursorMoved: true },
  '500, page not made': { kind: 'server-error', status: 500, cursorMoved: false },
  '502, page made': { kind: 'server-error', status: 502, cursorMoved: true },
  '503, page made': { kind: 'server-error', status: 503, cursorMoved: true },
  '504, page made': { kind: 'server-error', status: 504, cursorMoved: true },
  '504, page not made': { kind: 'server-error', status: 504, cursorMoved: false },
  'body cut': { kind: 'truncated-body' },
  'gzip cut': { kind: 'truncated-gzip' },
  'JSON cut': { kind: 'cut-json' },
  'body empty': { kind: 'empty-body' },
  'body not JSON': { kind: 'invalid-json' },
  'body garbled, brackets close': { kind: 'garbled' },
  'ok is 0': { kind: 'not-ok', result: 'internal error' },
  'no watermark': { kind: 'envelope', omitWatermark: true },
} as const satisfies Record<string, Fault>;

type FaultName = keyof typeof FAULTS;

/** Kinds of events. Late ones move others to a later page, and those without an `_id` are the hardest to know again. */
const EVENT_KINDS = [
  'plain',
  'plain',
  'plain',
  'late',
  'late',
  'late by hours',
  'drifted',
  'without _id',
  'without _id',
  'delivered again',
  'ahead by minutes',
  'ahead by hours',
  'ahead by years',
] as const;
/** Events that damage every page that contains them. */
export const POISONS = [
  'unbalanced-quote',
  'escaped-result-key',
  'bom-inside',
  'garbled-but-balanced',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number] | (typeof POISONS)[number];

/** What happens to the live feed's index at Netskope after a round. */
export const MISHAPS = [
  'all indexes forgotten',
  'index broken for good',
  'cursor moved by somebody',
] as const;
export type Mishap = (typeof MISHAPS)[number];

/** One scheduled run, and what happens during it. */
export interface Round {
  readonly newEvents: readonly EventKind[];
  /** One entry per request, in order; further requests succeed. */
  readonly faults: readonly (FaultName | null)[];
  /** The run dies before or after its nth AWS call. */
  readonly death: { readonly when: 'before' | 'after'; readonly awsCall: number } | null;
  /** Whether a second run of the same source begins at the same time. */
  readonly hasRival: boolean;
  /** Seconds until the next run begins. */
  readonly pauseS: number;
  readonly mishap: Mishap | null;
  /** Seconds by which Netskope's clock is ahead during the round. */
  readonly skewS: number;
}

/** The operator's actions, each after one of the rounds. */
export interface OperatorActions {
  readonly backfill: {
    readonly afterRound: number;
    /** Events before the live feed's start, which only the backfill collects; null: a backfill of the last hours. */
    readonly history: readonly EventKind[] | null;
  } | null;
  readonly rewind: { readonly afterRound: number; readonly byS: number } | null;
}

/** Behavior of the server that no client can choose. */
export type ServerHabits = Pick<
  SimulatorOptions,
  | 'resendGrows'
  | 'overlaps'
  | 'locksBusyIndex'
  | 'shufflesPages'
  | 'walksBy'
  | 'deliversBeyondPresent'
  | 'windowS'
  | 'watermark'
  | 'watermarkFollowsClock'
  | 'watermarkTrailsS'
  | 'deliveryDelayS'
  | 'forgetsIndexAfterMs'
  | 'resendWithoutPage'
  | 'rejectsEpochBeforeRetention'
  | 'auditsItsOwnApi'
  | 'ownApiEventDelayS'
>;

/** A server whose live feed misses nothing by itself. */
export const FAITHFUL = {
  walksBy: 'insertion',
  forgetsIndexAfterMs: undefined,
  deliveryDelayS: 0,
  deliversBeyondPresent: false,
} as const satisfies Partial<ServerHabits>;

export interface Schedule {
  readonly server: ServerHabits;
  readonly rounds: readonly Round[];
  /** @default - no actions */
  readonly operator?: OperatorActions | null;
}

/** A server without habits of its own. */
export const SERVER = { resendGrows: false, overlaps: false, locksBusyIndex: false, shufflesPages: false };

/** A round in which nothing happens. */
export const QUIET = {
  newEvents: [],
  faults: [],
  death: null,
  hasRival: false,
  pauseS: 900,
  mishap: null,
  skewS: 0,
} as const satisfies Round;

const MAX_ROUNDS = 8;
const MINUTE = 60;
const HOUR = 3600;

/** True once in so many cases. */
export function sometimes(once: number): fc.Arbitrary<boolean> {
  return oneIn(once, fc.constant(true), false);
}

/** A rare value once in so many cases, else the ordinary one. */
function oneIn<T, U>(once: number, rare: fc.Arbitrary<T>, ordinary: U): fc.Arbitrary<T | U> {
  return fc.oneof({ weight: once - 1, arbitrary: fc.constant(ordinary) }, { weight: 1, arbitrary: rare });
}

const names = Object.keys(FAULTS) as FaultName[];
const eventKind = oneIn<EventKind, EventKind>(25, fc.constantFrom(...POISONS), 'plain').chain((kind) =>
  kind === 'plain' ? fc.constantFrom(...EVENT_KINDS) : fc.constant(kind),
);

/** Mostly the schedule's five minutes; also a manual run seconds later, a paused schedule, an outage of days. */
const pauseS = fc.oneof(
  { weight: 15, arbitrary: fc.integer({ min: 1, max: 59 }) },
  { weight: 65, arbitrary: fc.constant(300) },
  { weight: 10, arbitrary: fc.integer({ min: 10 * MINUTE, max: HOUR }) },
  { weight: 9, arbitrary: fc.integer({ min: HOUR, max: 10 * HOUR }) },
  { weight: 1, arbitrary: fc.integer({ min: 10 * HOUR, max: 50 * HOUR }) },
);

const round: fc.Arbitrary<Round> = fc.record({
  newEvents: fc.array(eventKind, { maxLength: 6 }),
  faults: fc.array(oneIn(3, fc.constantFrom(...names), null), { maxLength: 6 }),
  death: fc.oneof(
    { weight: 3, arbitrary: fc.constant(null) },
    {
      weight: 2,
      arbitrary: fc.record({
        when: fc.constantFrom('before' as const, 'after' as const),
        awsCall: fc.integer({ min: 1, max: 25 }),
      }),
    },
  ),
  hasRival: sometimes(6),
  pauseS,
  mishap: oneIn(15, fc.constantFrom(...MISHAPS), null),
  skewS: oneIn(5, fc.integer({ min: -300, max: 300 }), 0),
});

/** Kinds that may be dated hours after they came: an event is delivered again as it was first. */
const MISDATED: ReadonlySet<EventKind> = new Set<EventKind>([
  'ahead by minutes',
  'ahead by hours',
  'ahead by years',
  'delivered again',
]);
/**
 * Two full pages of misdated events end an hour of a walk too early. At Netskope they are thousands, and in a schedule, whose
 * pages hold three, six in a row; five where pages overlap.
 */
const MOST_MISDATED_IN_A_ROW = 4;

/** Makes every further one of a row ordinary; for the events of a schedule in their order. */
function fewMisdated(): (kind: EventKind) => EventKind {
  let inARow = 0;
  return (kind) => {
    inARow = MISDATED.has(kind) ? inARow + 1 : 0;
    if (inARow <= MOST_MISDATED_IN_A_ROW) return kind;
    inARow = 0;
    return 'plain';
  };
}

function withFewMisdated(rounds: readonly Round[]): readonly Round[] {
  const kindOf = fewMisdated();
  return rounds.map((one) => ({ ...one, newEvents: one.newEvents.map(kindOf) }));
}

const history = fc
  .array(fc.constantFrom<EventKind>(...EVENT_KINDS), { maxLength: 8 })
  .map((kinds) => kinds.map(fewMisdated()));
const afterRound = fc.nat({ max: MAX_ROUNDS - 1 });
const operator: fc.Arbitrary<OperatorActions> = fc.record({
  backfill: fc.option(
    fc.record({
      afterRound,
      history: fc.option(history, { freq: 2 }),
    }),
  ),
  rewind: fc.option(fc.record({ afterRound, byS: fc.constantFrom(600, 4_000, 40_000) }), { freq: 2 }),
});

const server: fc.Arbitrary<ServerHabits> = fc
  .record({
    resendGrows: fc.boolean(),
    overlaps: fc.boolean(),
    locksBusyIndex: fc.boolean(),
    shufflesPages: fc.boolean(),
    walksBy: fc.constantFrom('insertion' as const, 'insertion' as const, 'event-time' as const),
    hasWindows: fc.boolean(),
    watermark: fc.constantFrom(
      'highest' as const,
      'position' as const,
      'newest-event' as const,
      'none' as const,
    ),
    watermarkFollowsClock: fc.boolean(),
    watermarkTrailsS: oneIn(4, fc.constant(300), undefined),
    deliveryDelayS: oneIn(3, fc.constantFrom(120, 300, 600), 0),
    forgetsIndexAfterMs: oneIn(
      2,
      fc.constantFrom(10, 30, 60, 120, 360, 1440).map((minutes) => minutes * 60_000),
      undefined,
    ),
    resendWithoutPage: fc.constantFrom(
      'empty' as const,
      'empty-without-watermark' as const,
      'bad-request' as const,
    ),
    rejectsEpochBeforeRetention: fc.boolean(),
    deliversBeyondPresent: sometimes(8),
    auditsItsOwnApi: sometimes(6),
    ownApiEventDelayS: fc.constantFrom(0, 1, 300),
  })
  .map(({ hasWindows, watermark, ...habits }): ServerHabits => ({
    ...habits,
    windowS: hasWindows ? HOUR : 'none',
    // A server that walks in windows has to report its position.
    watermark: hasWindows ? 'position' : watermark,
  }));

/** Random schedules of faults, deaths, slow requests, rivals, unusual events, forgotten indexes and clock skew. */
export const schedules: fc.Arbitrary<Schedule> = fc.record({
  server,
  rounds: fc.array(round, { minLength: 2, maxLength: MAX_ROUNDS }).map(withFewMisdated),
  operator: fc.option(operator, { freq: 2 }),
});

/**
 * The schedule against a faithful server, which forgets an index only while no run asks: there the live feed stores every
 * event by itself, and the recheck must not hide one that it does not. It begins undisturbed, so that it is known where.
 */
export function forLiveFeedAlone({ server: habits, rounds, ...schedule }: Schedule): Schedule {
  return {
    ...schedule,
    server: { ...habits, ...FAITHFUL },
    rounds: rounds.map((one, number) => ({
      ...one,
      ...(number === 0 ? { faults: [], death: null, hasRival: false } : {}),
      mishap: isNoticed(one) ? one.mishap : null,
    })),
  };
}

/** A forgotten index is noticed when it was silent for long, a broken one at once, and a moved cursor by nobody. */
function isNoticed({ mishap, pauseS: silentS }: Round): boolean {
  return (
    mishap === 'index broken for good' ||
    (mishap === 'all indexes forgotten' && silentS * 1000 > SHORTEST_TRUST_MS)
  );
}
