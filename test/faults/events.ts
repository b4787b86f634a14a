import type { Poison, SimulatedEvent } from '../../lib/local/netskope-simulator/event-log';
import { simulatedLogin } from '../collector/audit-events';
import type { Pipeline, RunEnd, RunOptions } from '../pipeline';
import { NOW_S } from '../pipeline';

export const MINUTE_S = 60;
export const HOUR_S = 3600;
export const DAY_S = 86_400;

/** Differences from a plain login that is visible the second it happens. */
export interface EventTimes {
  /** When Netskope stored it, seconds since the start of the test. */
  readonly atS: number;
  /** Seconds by which its event time is after its insertion. @default 0 */
  readonly datedS?: number;
  readonly poison?: Poison;
}

/** A login, in seconds since the start of the test. */
export function loginAt(id: string, { atS, datedS = 0, poison }: EventTimes): SimulatedEvent {
  const event = simulatedLogin(id, NOW_S + atS + datedS);
  return { ...event, insertedAtS: NOW_S + atS, ...(poison === undefined ? {} : { poison }) };
}

/** An event that goes into quarantine: it has no `_id`. */
export function namelessAt(what: string, atS: number): SimulatedEvent {
  const { text } = simulatedLogin('', NOW_S + atS, { _id: undefined, organization_unit: what });
  return { text, timestampS: NOW_S + atS, insertedAtS: NOW_S + atS };
}

/** Seconds since the start of the test. */
export function nowS({ clock }: Pipeline): number {
  return Math.floor(clock.nowMs() / 1000) - NOW_S;
}

/** Scheduled runs, five minutes apart. @returns how each ended, or the error it threw */
export async function scheduledRuns(
  pipeline: Pipeline,
  count: number,
  options: RunOptions = {},
): Promise<RunEnd[]> {
  const ends: RunEnd[] = [];
  for (let run = 0; run < count; run++) {
    pipeline.clock.pass(300_000);
    ends.push(await pipeline.run({ scheduleMinutes: 5, ...options }));
  }
  return ends;
}

/** Outcomes of runs, or the names of their errors. */
export function outcomesOf(ends: readonly RunEnd[]): string[] {
  return ends.map((end) => {
    if (end.kind === 'returned') return end.summary.outcome;
    return end.kind === 'threw' ? end.error.name : end.kind;
  });
}

export async function archivedIds(pipeline: Pipeline): Promise<string[]> {
  const lines = await pipeline.archived();
  return lines.map(({ line }) => String((JSON.parse(line) as { _id: unknown })._id)).sort();
}

/** Operations of all requests after the first so many. */
export function callsSince({ simulator }: Pipeline, requests: number): string[] {
  return simulator.requests.slice(requests).map(({ operation }) => operation);
}
