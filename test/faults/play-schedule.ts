import { backfillOf } from '../../lambdas/collector/core/backfill';
import { ITERATOR_PROTOCOL } from '../../lambdas/collector/core/iterator';
import type { IteratorProtocol } from '../../lambdas/collector/core/iterator';
import type { BackfillJob } from '../../lambdas/contract/checkpoint-table';
import type { Fault } from '../../lib/local/netskope-simulator/fault';
import type { SimulatedEvent, SimulatorRequest } from '../../lib/local/netskope-simulator/simulator-options';
import { NOW_S, Pipeline, SOURCE_ID } from '../pipeline';
import { takeStock } from './aftermath';
import type { Aftermath } from './aftermath';
import { FAULTS } from './schedule';
import type { EventKind, OperatorActions, Round, Schedule } from './schedule';

const PAGE_SIZE = 3;
const PAUSE_MS = 25 * 3_600_000;
const FORGETS_INDEX_AFTER_MS = 24 * 3_600_000;

/** The live feed begins a day ago: these hours are before it. */
const HISTORY = { fromEpochS: NOW_S - 27 * 3600, eventsAtS: NOW_S - 26 * 3600, toEpochS: NOW_S - 25 * 3600 };
const SECONDS_PER_HOUR = 3600;

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
    addHistory(pipeline, schedule);
    for (const [number, round] of schedule.rounds.entries()) {
      pipeline.simulator.add(
        eventsOf(round.newEvents, { name: String(number), atS: nowS(pipeline), pipeline }),
      );
      interfere(pipeline, round);
      const runs = [pipeline.run({ protocol }), ...(round.hasRival ? [pipeline.run({ protocol })] : [])];
      for (const end of await Promise.all(runs)) if (end.kind === 'threw') errors.push(end.error);
      pipeline.nextSchedule();
      // Before the first run there is no beginning yet, and what is older than the look-back is not asked for.
      if (round.isLastForDays && (await pipeline.hasBegun())) pipeline.clock.pass(PAUSE_MS);
      errors.push(...(await operate(pipeline, schedule, number)));
    }
    await pipeline.settle({ protocol });
    return await takeStock(pipeline, errors);
  } finally {
    await pipeline.stop();
  }
}

function nowS({ clock }: Pipeline): number {
  return Math.floor(clock.nowMs() / 1000);
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

function addHistory(pipeline: Pipeline, { operator }: Schedule): void {
  const history = operator?.backfill?.history ?? [];
  pipeline.simulator.add(eventsOf(history, { name: 'history', atS: HISTORY.eventsAtS, pipeline }));
}

/** What is asked for after a round. Rounds that the schedule does not have count as its last one. */
async function operate(
  pipeline: Pipeline,
  { operator, rounds }: Schedule,
  round: number,
): Promise<readonly Error[]> {
  const isDue = ({ afterRound }: { readonly afterRound: number }): boolean =>
    Math.min(afterRound, rounds.length - 1) === round;
  const { backfill, rewind } = operator ?? {};
  if (backfill && isDue(backfill)) await fileBackfill(pipeline, backfill);
  return rewind && isDue(rewind) ? rewindBy(pipeline, rewind.byS) : [];
}

async function fileBackfill(
  pipeline: Pipeline,
  { history }: NonNullable<OperatorActions['backfill']>,
): Promise<void> {
  const { fromEpochS, toEpochS } = history === null ? lastHours(pipeline) : HISTORY;
  const stretch = { fromEpochS, toEpochS, filedAtMs: pipeline.clock.nowMs() };
  await pipeline.checkpoints.save(backfillOf(SOURCE_ID, stretch, undefined));
}

/** What the live feed has collected, or died over. */
function lastHours(pipeline: Pipeline): Pick<BackfillJob, 'fromEpochS' | 'toEpochS'> {
  const presentS = nowS(pipeline);
  return { fromEpochS: presentS - 4 * SECONDS_PER_HOUR, toEpochS: presentS - SECONDS_PER_HOUR };
}

/** A source that has not begun, and a feed that stands further back, refuse it. */
async function rewindBy(pipeline: Pipeline, byS: number): Promise<readonly Error[]> {
  const end = await pipeline.carryOut({ kind: 'rewind', toEpochS: nowS(pipeline) - byS });
  return end.kind === 'threw' && end.error.name !== 'ConfigError' ? [end.error] : [];
}

interface EventPlace {
  readonly name: string;
  /** When Netskope stored them, unix seconds. */
  readonly atS: number;
  readonly pipeline: Pipeline;
}

function eventsOf(kinds: readonly EventKind[], { name, atS, pipeline }: EventPlace): SimulatedEvent[] {
  return kinds.map((kind, place): SimulatedEvent => {
    const earlier = pipeline.simulator.events.find(({ id }) => id !== undefined);
    if (kind === 'delivered again' && earlier !== undefined) return { ...earlier, insertedAtS: atS };
    const id = `${name}-${place}`;
    const timestampS = kind === 'late' ? atS - 5_000 : atS;
    const text = JSON.stringify({
      ...(kind === 'without _id' ? { marker: id } : { _id: id }),
      timestamp: timestampS,
      type: 'admin_audit_logs',
      user: 'a@example.org',
      audit_log_event: 'Login Successful',
      supporting_data: { data_type: 'user', data_values: ['192.0.2.7', 'a@example.org'] },
      ...(kind === 'drifted' ? { severity_level: '2' } : {}),
    });
    return { text, timestampS, insertedAtS: atS, ...(kind === 'without _id' ? {} : { id }) };
  });
}
