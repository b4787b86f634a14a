import fc from 'fast-check';
import type { Fault } from '../../lib/local/netskope-simulator/fault';

/** What goes wrong with a request, by the name a counterexample shows. */
export const FAULTS = {
  'rate limited': { kind: 'rate-limited', retryAfter: '1' },
  conflict: { kind: 'conflict' },
  'token refused': { kind: 'unauthorized' },
  'answer lost, page made': { kind: 'stall', served: 'at-once' },
  'answer lost, page not made': { kind: 'stall', served: 'never' },
  'served after the client has gone': { kind: 'stall', served: 'when-abandoned' },
  'reset, page made': { kind: 'reset', cursorMoved: true },
  'reset, page not made': { kind: 'reset', cursorMoved: false },
  'reset behind the head of a 200': { kind: 'reset', cursorMoved: true, afterHeaders: true },
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
  'ok is 0': { kind: 'not-ok', result: 'internal error' },
  'no watermark': { kind: 'envelope', omitWatermark: true },
} as const satisfies Record<string, Fault>;

type FaultName = keyof typeof FAULTS;
const EVENT_KINDS = ['plain', 'plain', 'late', 'drifted', 'without _id', 'delivered again'] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** One scheduled run, and what the world does meanwhile. */
export interface Round {
  readonly newEvents: readonly EventKind[];
  /** One entry a request, in order; requests beyond go well. */
  readonly faults: readonly (FaultName | null)[];
  /** One entry a request: whether the server serves abandoned requests before this one. */
  readonly overtakes: readonly boolean[];
  /** The run dies before or after its nth AWS call. */
  readonly death: { readonly when: 'before' | 'after'; readonly awsCall: number } | null;
  /** A second run of the same source begins at the same time. */
  readonly hasRival: boolean;
  /** Nobody collects for more than a day afterwards, and the server forgets the index. */
  readonly isLastForDays: boolean;
}

/** What an operator asks for, each after one of the rounds. */
export interface OperatorActions {
  readonly backfill: {
    readonly afterRound: number;
    /** Events from before the live feed's beginning, which nothing but the backfill collects; null: of the last hours. */
    readonly history: readonly EventKind[] | null;
  } | null;
  readonly rewind: { readonly afterRound: number; readonly byS: number } | null;
}

export interface Schedule {
  readonly server: {
    readonly resendGrows: boolean;
    readonly overlaps: boolean;
    readonly locksBusyIndex: boolean;
    readonly shufflesPages: boolean;
  };
  readonly rounds: readonly Round[];
  /** @default - nothing is asked for */
  readonly operator?: OperatorActions | null;
}

const MAX_ROUNDS = 8;

/** True once in so many times. */
function sometimes(once: number): fc.Arbitrary<boolean> {
  return fc.oneof(
    { weight: once - 1, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  );
}

const names = Object.keys(FAULTS) as FaultName[];
const round: fc.Arbitrary<Round> = fc.record({
  newEvents: fc.array(fc.constantFrom(...EVENT_KINDS), { maxLength: 6 }),
  faults: fc.array(
    fc.oneof(
      { weight: 7, arbitrary: fc.constant(null) },
      { weight: 3, arbitrary: fc.constantFrom(...names) },
    ),
    {
      maxLength: 6,
    },
  ),
  overtakes: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
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
  isLastForDays: sometimes(40),
});

const afterRound = fc.nat({ max: MAX_ROUNDS - 1 });
const operator: fc.Arbitrary<OperatorActions> = fc.record({
  backfill: fc.option(
    fc.record({
      afterRound,
      history: fc.option(fc.array(fc.constantFrom(...EVENT_KINDS), { maxLength: 8 }), { freq: 2 }),
    }),
  ),
  rewind: fc.option(fc.record({ afterRound, byS: fc.constantFrom(600, 4_000, 40_000) }), { freq: 2 }),
});

/**
 * Random schedules of faults, deaths, slow requests, rivals and late events. What an operator asks for is drawn last, so
 * that a seed gives the rounds it has always given.
 */
export const schedules: fc.Arbitrary<Schedule> = fc.record({
  server: fc.record({
    resendGrows: fc.boolean(),
    overlaps: fc.boolean(),
    locksBusyIndex: fc.boolean(),
    shufflesPages: fc.boolean(),
  }),
  rounds: fc.array(round, { minLength: 2, maxLength: MAX_ROUNDS }),
  operator: fc.option(operator, { freq: 2 }),
});
