import type {
  CollectorEvent,
  RunOutcome,
  RunSummary,
} from '../../../lambdas/contract/deployment/collector-event';
import { describeRest } from '../../format/describe-rest';
import type { InvocationEnd } from '../function-process';
import { StartError, StartInterrupted } from './start-error';

/** The part of the function that is needed here. */
interface Invocable {
  invoke(payload: unknown): Promise<InvocationEnd>;
}

/** Totals of all runs of one start; the lag is the last run's. */
export type Collection = Pick<RunSummary, (typeof SUMMED)[number] | 'lagS'>;

const SUMMED = [
  'pages',
  'archived',
  'quarantined',
  'duplicatesDropped',
  'conflictingIds',
  'drifted',
  'bytesIn',
  'bytesOut',
  'durationMs',
] as const satisfies readonly (keyof RunSummary)[];

/**
 * Invokes the collector until it has caught up, as the schedule would.
 * @throws StartError if a run fails or cannot begin. @throws StartInterrupted
 */
export async function collectAll(
  collector: Invocable,
  event: CollectorEvent,
  signal: AbortSignal,
): Promise<Collection> {
  const runs: RunSummary[] = [];
  for (;;) {
    if (signal.aborted) throw new StartInterrupted();
    const end = await collector.invoke(event);
    if (signal.aborted || wasInterrupted(end)) throw new StartInterrupted();
    const run = summaryOf(end);
    runs.push(run);
    if (hasCaughtUp(run)) return sum(runs);
  }
}

/** A terminal sends Ctrl-C to the function's process as well, which may have ended before this one notices. */
export function wasInterrupted(end: InvocationEnd): boolean {
  return end.kind === 'died' && end.signal === 'SIGINT';
}

function summaryOf(end: InvocationEnd): RunSummary {
  switch (end.kind) {
    case 'returned':
      if (isRunSummary(end.value)) return end.value;
      throw new StartError(
        `The function returned ${JSON.stringify(end.value)}; expected the summary of a run.`,
      );
    case 'failed':
      throw failedRun(`${end.error.name}: ${end.error.message}`);
    case 'died':
      throw failedRun(`the function's process ended with ${end.signal}`);
  }
}

function failedRun(reason: string): StartError {
  return new StartError(
    `The run failed: ${reason}. What is archived stays; the next npm start goes on from the checkpoint.`,
  );
}

function hasCaughtUp({ outcome, restUntilMs }: RunSummary): boolean {
  switch (outcome) {
    case 'caught-up':
      return true;
    case 'more-to-come':
      return false;
    case 'resting':
      throw new StartError(
        `The source rests ${describeRest(restUntilMs)}. What is archived stays; npm start goes on from the checkpoint after that.`,
      );
    case 'already-running':
    case 'awaiting-credentials':
      throw new StartError(`The run ended at once with '${outcome}'; expected it to collect events.`);
  }
}

function sum(runs: readonly RunSummary[]): Collection {
  const totals = SUMMED.map((name) => [name, runs.reduce((total, run) => total + run[name], 0)] as const);
  return {
    ...(Object.fromEntries(totals) as Record<(typeof SUMMED)[number], number>),
    lagS: runs.at(-1)?.lagS,
  };
}

const OUTCOMES: readonly unknown[] = [
  'caught-up',
  'more-to-come',
  'already-running',
  'awaiting-credentials',
  'resting',
] satisfies readonly RunOutcome[];

function isRunSummary(value: unknown): value is RunSummary {
  const summary = (value ?? {}) as Record<string, unknown>;
  return OUTCOMES.includes(summary.outcome) && SUMMED.every((name) => typeof summary[name] === 'number');
}
