import type { IteratorProtocol } from '../../lambdas/collector/core/protocol/iterator';
import { ITERATOR_PROTOCOL } from '../../lambdas/collector/core/protocol/iterator';
import { backfillOf } from '../../lambdas/collector/core/tasks/backfill';
import { AUDIT_FEED } from '../../lambdas/contract/feed/audit';
import type { BackfillJob } from '../../lambdas/contract/storage/checkpoint-table';
import { recheckStreamId } from '../../lambdas/contract/storage/checkpoint-table';
import type { SimulatedEvent } from '../../lib/local/netskope-simulator/event-log';
import { conflictingEdition, grownEdition } from '../../lib/local/netskope-simulator/events/audit-events';
import type { Fault } from '../../lib/local/netskope-simulator/gateway/fault';
import type { SimulatorRequest } from '../../lib/local/netskope-simulator/gateway/request';
import type { RunOptions } from '../pipeline';
import { NOW_S, Pipeline, SOURCE_ID } from '../pipeline';
import type { Aftermath } from './aftermath';
import { takeStock } from './aftermath';
import type { EventKind, Mishap, OperatorActions, Round, Schedule } from './schedule';
import { FAULTS, POISONS } from './schedule';

const PAGE_SIZE = 3;
/** If each call leaves an event, small pages would take a call for every three of them, which leave as many again. */
const PAGE_SIZE_WITH_OWN_CALLS = 20;
/** Each page takes time, so that endless reading ends with its run, and is noticed. */
const WAIT_TIME_S = 5;
const LOOKBACK_HOURS = 2;
const HOUR_S = 3600;
/** After this time slow requests are over, leases have expired, and all waits that Netskope asked for have passed. */
const CALM_MS = 90 * 60_000;
/** Schedules last for hours, so the recheck reads the last hours every two hours instead of once a day. */
const OFTEN = { ...ITERATOR_PROTOCOL.recheck, everyMs: 2 * 3_600_000, marginS: 1_800, overdueMs: 3_600_000 };
/** After this time a recheck that is due reads up to what was the present before. */
const UNTIL_RECHECK_MS = 40 * 60_000;
const MOST_RUNS_TO_REST = 80;
/** Upper limit: a server that walks by the hour has this many pages for the pauses of a schedule. */
const MOST_PAGES_TO_REST = 600;
const MOST_RECHECK_RUNS = 20;

/** Hours before the live feed, which begins two hours ago. */
const HISTORY = {
  fromEpochS: NOW_S - 5 * HOUR_S,
  eventsAtS: NOW_S - 4 * HOUR_S,
  toEpochS: NOW_S - 3 * HOUR_S,
};

export interface PlayOptions {
  readonly protocol?: IteratorProtocol;
  readonly dailyRecheck?: boolean;
}

/** Plays a schedule, runs until the pipeline is at rest and rechecked, and returns the result. */
export async function play(
  schedule: Schedule,
  { protocol = ITERATOR_PROTOCOL, dailyRecheck = true }: PlayOptions = {},
): Promise<Aftermath> {
  const pageSize = schedule.server.auditsItsOwnApi === true ? PAGE_SIZE_WITH_OWN_CALLS : PAGE_SIZE;
  const pipeline = await Pipeline.start({ pageSize, waitTimeS: WAIT_TIME_S, ...schedule.server });
  const options: RunOptions = {
    protocol: { ...protocol, smallestFullPage: pageSize, recheck: OFTEN },
    startLookbackHours: LOOKBACK_HOURS,
    dailyRecheck,
    scheduleMinutes: 5,
  };
  try {
    const errors: Error[] = [];
    addHistory(pipeline, schedule);
    for (const [number, round] of schedule.rounds.entries()) {
      pipeline.simulator.add(
        eventsOf(round.newEvents, { name: String(number), atS: nowS(pipeline), pipeline }),
      );
      interfere(pipeline, round);
      const runs = [pipeline.run(options), ...(round.hasRival ? [pipeline.run(options)] : [])];
      for (const end of await Promise.all(runs)) if (end.kind === 'threw') errors.push(end.error);
      pipeline.clock.pass(round.pauseS * 1000);
      if (round.mishap !== null && isPossible(schedule, number)) await befall(pipeline, round.mishap);
      errors.push(...(await operate(pipeline, schedule, number)));
    }
    return await calm(pipeline, { options, errors, walksBy: schedule.server.walksBy });
  } finally {
    await pipeline.stop();
  }
}

/** Without faults, deaths or new events, everything that is due must be stored in the end. */
async function calm(
  pipeline: Pipeline,
  {
    options,
    errors,
    walksBy,
  }: {
    readonly options: RunOptions;
    readonly errors: readonly Error[];
    readonly walksBy: Schedule['server']['walksBy'];
  },
): Promise<Aftermath> {
  pipeline.interference = {};
  pipeline.simulator.skewMs = 0;
  pipeline.clock.pass(CALM_MS);
  const startS = await startOf(pipeline);
  const calmS = nowS(pipeline);
  const stuck: string[] = [];
  // A recheck reads every hour again: one at the end says as much as one more on the way there.
  if (!(await comesToRest(pipeline, { ...options, dailyRecheck: false })))
    stuck.push('the live feed does not come to rest');
  if (options.dailyRecheck === true && !(await isRechecked(pipeline, options, calmS)))
    stuck.push('the recheck comes to no end');
  return takeStock(pipeline, { errors, stuck, due: { startS, calmS, walksBy } });
}

async function comesToRest(pipeline: Pipeline, options: RunOptions): Promise<boolean> {
  for (let runs = 0, pages = 0, caughtUp = 0; runs < MOST_RUNS_TO_REST; runs++) {
    const end = await pipeline.run(options);
    const { outcome, backfill, pages: read = 0 } = end.kind === 'returned' ? end.summary : {};
    if ((pages += read) > MOST_PAGES_TO_REST) return false;
    caughtUp = outcome === 'caught-up' && backfill?.state !== 'open' ? caughtUp + 1 : 0;
    if (caughtUp === 2) return true;
    // An unreadable page is given up after an hour of failing runs: fewer of them say as much.
    pipeline.clock.pass(end.kind === 'threw' ? 900_000 : 300_000);
  }
  return false;
}

/** Runs until everything before `calmS` has been read once more. @returns false if it never is */
async function isRechecked(pipeline: Pipeline, options: RunOptions, calmS: number): Promise<boolean> {
  for (let runs = 0; runs < MOST_RECHECK_RUNS; runs++) {
    const recheck = (await pipeline.checkpoints.load(recheckStreamId(AUDIT_FEED, SOURCE_ID)))?.recheck;
    if (recheck !== undefined && recheck.checkedToS >= calmS) return true;
    pipeline.clock.pass(recheck?.state === 'open' ? 300_000 : UNTIL_RECHECK_MS);
    await pipeline.run(options);
  }
  return false;
}

/** The live feed need not collect anything older than this, unix seconds. It begins with the first run that can write. */
async function startOf(pipeline: Pipeline): Promise<number> {
  if (!(await pipeline.hasBegun())) return nowS(pipeline) - LOOKBACK_HOURS * HOUR_S;
  const recheck = (await pipeline.checkpoints.load(recheckStreamId(AUDIT_FEED, SOURCE_ID)))?.recheck;
  return recheck?.notBeforeS ?? NOW_S - LOOKBACK_HOURS * HOUR_S;
}

function nowS({ clock }: Pipeline): number {
  return Math.floor(clock.nowMs() / 1000);
}

function interfere(pipeline: Pipeline, { faults, death, skewS }: Round): void {
  let requests = 0;
  let awsCalls = 0;
  const dies = (when: 'before' | 'after'): 'die' | undefined =>
    death?.when === when && death.awsCall === awsCalls ? 'die' : undefined;
  pipeline.simulator.skewMs = skewS * 1000;
  pipeline.interference = {
    netskope: (_request: SimulatorRequest): Fault | undefined => {
      const name = faults[requests++];
      return name === null || name === undefined ? undefined : FAULTS[name];
    },
    beforeAws: () => {
      awsCalls++;
      return dies('before');
    },
    afterAws: () => dies('after'),
  };
}

/** Only one of the two index names may be broken for good. */
function isPossible({ rounds }: Schedule, number: number): boolean {
  const broken = rounds.findIndex(({ mishap }) => mishap === 'index broken for good');
  return rounds[number]?.mishap !== 'index broken for good' || broken === number;
}

async function befall(pipeline: Pipeline, mishap: Mishap): Promise<void> {
  const { simulator } = pipeline;
  if (mishap === 'all indexes forgotten') return simulator.forgetIndexes();
  if (!(await pipeline.hasBegun())) return;
  const name = ITERATOR_PROTOCOL.indexName(await pipeline.checkpoint());
  if (mishap === 'index broken for good') simulator.breakIndex(name);
  else simulator.moveCursor(name, 'next');
}

function addHistory(pipeline: Pipeline, { operator }: Schedule): void {
  const history = operator?.backfill?.history ?? [];
  pipeline.simulator.add(eventsOf(history, { name: 'history', atS: HISTORY.eventsAtS, pipeline }));
}

/** The operator's actions after a round. Rounds beyond the end of the schedule count as its last one. */
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
  const range = { fromEpochS, toEpochS, filedAtMs: pipeline.clock.nowMs() };
  await pipeline.checkpoints.save(backfillOf(AUDIT_FEED, SOURCE_ID, range, undefined));
}

/** Hours that the live feed has collected, or died over. */
function lastHours(pipeline: Pipeline): Pick<BackfillJob, 'fromEpochS' | 'toEpochS'> {
  const presentS = nowS(pipeline);
  return { fromEpochS: presentS - 4 * HOUR_S, toEpochS: presentS - HOUR_S };
}

/** Refused for a source that has not begun, and for a feed that is further back. */
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

const DATED_FROM_INSERTION_S: Partial<Record<EventKind, number>> = {
  late: -5_000,
  'late by hours': -11 * HOUR_S,
  'ahead by minutes': 20 * 60,
  'ahead by hours': 10 * HOUR_S,
  'ahead by years': 3 * 365 * 86_400,
};

/** An event that comes again, by its place in the round: as it was, with a field more, or with another value. */
function again(text: string, place: number): string {
  return [text, grownEdition(text), conflictingEdition(text)][place % 3] ?? text;
}

/** A field in another type than documented, or the time in another spelling, by the event's place in the round. */
function driftOf(place: number, timestampS: number): object {
  const isoTime = `${new Date(timestampS * 1000).toISOString().slice(0, 'YYYY-MM-DDTHH:MM:SS'.length)}Z`;
  const drifts = [{ severity_level: '2' }, { timestamp: timestampS * 1000 }, { timestamp: isoTime }];
  return drifts[place % drifts.length] ?? {};
}

function eventsOf(kinds: readonly EventKind[], { name, atS, pipeline }: EventPlace): SimulatedEvent[] {
  return kinds.map((kind, place): SimulatedEvent => {
    const earlier = pipeline.simulator.events.find(
      ({ id, poison }) => id !== undefined && poison === undefined,
    );
    if (kind === 'delivered again' && earlier !== undefined)
      return { ...earlier, text: again(earlier.text, place), insertedAtS: atS };
    const id = `${name}-${place}`;
    const timestampS = atS + (DATED_FROM_INSERTION_S[kind] ?? 0);
    const text = JSON.stringify({
      ...(kind === 'without _id' ? { marker: id } : { _id: id }),
      timestamp: timestampS,
      type: 'admin_audit_logs',
      user: 'a@example.org',
      audit_log_event: 'Login Successful',
      supporting_data: { data_type: 'user', data_values: ['192.0.2.7', 'a@example.org'] },
      ...(kind === 'drifted' ? driftOf(place, timestampS) : {}),
    });
    const poison = POISONS.find((name) => name === kind);
    return {
      text,
      timestampS,
      insertedAtS: atS,
      ...(kind === 'without _id' ? {} : { id }),
      ...(poison === undefined ? {} : { poison }),
    };
  });
}
