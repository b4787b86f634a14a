import fc from 'fast-check';
import type { Fault } from '../../lib/local/netskope-simulator/fault';
import type { SimulatedEvent, SimulatorRequest } from '../../lib/local/netskope-simulator/simulator-options';
import { ITERATOR_PROTOCOL } from '../../lambdas/collector/core/iterator';
import type { IteratorProtocol } from '../../lambdas/collector/core/iterator';
import { Pipeline } from '../pipeline';

const PAGE_SIZE = 3;

/** What goes wrong with a request, by the name a counterexample shows. */
const FAULTS = {
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

/** One scheduled run, and what the world does meanwhile. */
interface Round {
  readonly newEvents: readonly (typeof EVENT_KINDS)[number][];
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

export interface Schedule {
  readonly server: {
    readonly resendGrows: boolean;
    readonly overlaps: boolean;
    readonly locksBusyIndex: boolean;
    readonly shufflesPages: boolean;
  };
  readonly rounds: readonly Round[];
}

const PAUSE_MS = 25 * 3_600_000;
const FORGETS_INDEX_AFTER_MS = 24 * 3_600_000;

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

/** Random schedules of faults, deaths, slow requests, rivals and late events. */
export const schedules: fc.Arbitrary<Schedule> = fc.record({
  server: fc.record({
    resendGrows: fc.boolean(),
    overlaps: fc.boolean(),
    locksBusyIndex: fc.boolean(),
    shufflesPages: fc.boolean(),
  }),
  rounds: fc.array(round, { minLength: 2, maxLength: 8 }),
});

/** What a schedule led to: every event's text, as often as it is stored, and the counts remembered. */
export interface Aftermath {
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly events: number;
  readonly totalsAreExact: boolean;
  readonly unexpectedErrors: readonly string[];
}

/** Plays a schedule, lets the pipeline come to rest, and takes stock. */
export async function play(
  schedule: Schedule,
  protocol: IteratorProtocol = ITERATOR_PROTOCOL,
): Promise<Aftermath> {
  const pipeline = await Pipeline.start({
    pageSize: PAGE_SIZE,
    forgetsIndexAfterMs: FORGETS_INDEX_AFTER_MS,
    ...schedule.server,
  });
  try {
    const errors: Error[] = [];
    for (const [number, round] of schedule.rounds.entries()) {
      pipeline.simulator.add(eventsOf(round, number, pipeline));
      interfere(pipeline, round);
      const runs = [pipeline.run({ protocol }), ...(round.hasRival ? [pipeline.run({ protocol })] : [])];
      for (const end of await Promise.all(runs)) if (end.kind === 'threw') errors.push(end.error);
      pipeline.nextSchedule();
      // Before the first run there is no beginning yet, and what is older than the look-back is not asked for.
      if (round.isLastForDays && (await pipeline.hasBegun())) pipeline.clock.pass(PAUSE_MS);
    }
    await pipeline.settle({ protocol });
    return await takeStock(pipeline, errors);
  } finally {
    await pipeline.stop();
  }
}

function interfere(pipeline: Pipeline, { faults, overtakes, death }: Round): void {
  let requests = 0;
  let awsCalls = 0;
  const dies = (when: 'before' | 'after'): 'die' | undefined =>
    death?.when === when && death.awsCall === awsCalls ? 'die' : undefined;
  pipeline.interference = {
    netskope: (_request: SimulatorRequest): Fault | undefined => {
      const number = requests++;
      if (overtakes[number] === true) pipeline.simulator.serveAbandoned();
      const name = faults[number];
      return name === null || name === undefined ? undefined : FAULTS[name];
    },
    beforeAws: () => {
      awsCalls++;
      return dies('before');
    },
    afterAws: () => dies('after'),
  };
}

function eventsOf({ newEvents }: Round, number: number, pipeline: Pipeline): SimulatedEvent[] {
  const insertedAtS = Math.floor(pipeline.clock.nowMs() / 1000);
  return newEvents.map((kind, place): SimulatedEvent => {
    const earlier = pipeline.simulator.events.find(({ id }) => id !== undefined);
    if (kind === 'delivered again' && earlier !== undefined) return { ...earlier, insertedAtS };
    const id = `${number}-${place}`;
    const timestampS = kind === 'late' ? insertedAtS - 5_000 : insertedAtS;
    const text = JSON.stringify({
      ...(kind === 'without _id' ? { marker: id } : { _id: id }),
      timestamp: timestampS,
      type: 'admin_audit_logs',
      user: 'a@example.org',
      audit_log_event: 'Login Successful',
      supporting_data: { data_type: 'user', data_values: ['192.0.2.7', 'a@example.org'] },
      ...(kind === 'drifted' ? { severity_level: '2' } : {}),
    });
    return { text, timestampS, insertedAtS, ...(kind === 'without _id' ? {} : { id }) };
  });
}

async function takeStock(pipeline: Pipeline, errors: readonly Error[]): Promise<Aftermath> {
  const expected = new Set(pipeline.simulator.events.map(({ text }) => text));
  const stored = new Map<string, number>();
  for (const text of await pipeline.storedTexts()) stored.set(text, (stored.get(text) ?? 0) + 1);
  const { totals } = await pipeline.checkpoint();
  const archived = (await pipeline.archived()).length;
  const quarantined = (await pipeline.quarantined()).length;
  return {
    lost: [...expected].filter((text) => !stored.has(text)),
    doubled: [...stored].filter(([, count]) => count > 1).map(([text]) => text),
    events: expected.size,
    totalsAreExact: totals.archived === archived && totals.quarantined === quarantined,
    unexpectedErrors: errors
      .filter(({ name }) => !EXPECTED_ERRORS.has(name))
      .map((error) => error.stack ?? error.message),
  };
}

/** What a run may end with while Netskope misbehaves. */
const EXPECTED_ERRORS = new Set(['UpstreamUnavailableError', 'UpstreamContractError', 'CredentialError']);
