import { placeOfS } from '../../../lambdas/collector/core/protocol/checkpoint';
import type { RewindSummary } from '../../../lambdas/contract/deployment/collector-event';
import { collectionEvent } from '../../../lambdas/contract/deployment/deployment-outputs';
import type { Checkpoint } from '../../../lambdas/contract/storage/checkpoint-table';
import { formatAge, formatCount, formatMinute } from '../../format/quantities';
import { carryOut, readLiveCheckpoint, startCollector } from '../deployment/collector';
import type { Deployment, SourceInStack } from '../deployment/deployment';
import { ExitCode, OperatorError } from '../operator-error';
import type { Session } from '../session';
import type { TypedTime } from '../terminal/time-range';
import { oldestKeptS, readPointInTime } from '../terminal/time-range';

export interface RewindOptions {
  /** An earlier time. */
  readonly to?: string;
  /** A later time, up to which everything is given up. */
  readonly skipTo?: string;
  /** Whether to go back without asking for confirmation. */
  readonly yes?: boolean;
  /** The id of the source, instead of typing it before events are given up. */
  readonly confirm?: string;
  /** Whether there is no schedule. */
  readonly isLocal: boolean;
}

/** A live feed, and the time to restart it from. */
interface Rewinding {
  readonly deployment: Deployment;
  readonly source: SourceInStack;
  /** The checkpoint before the restart. */
  readonly live: Checkpoint;
  /** Unix seconds. */
  readonly toEpochS: number;
  /** Whether that is later than the feed's position: the events in between are given up. */
  readonly isSkip: boolean;
}

/**
 * Has the collector restart a live feed from another time, after telling the operator what that means. A later time
 * must be confirmed with the id of the source, because the events in between are given up.
 */
export async function rewindFeed(session: Session, options: RewindOptions, sourceId?: string): Promise<void> {
  const rewinding = await prepare(session, options, sourceId);
  const { deployment, source, toEpochS, isSkip } = rewinding;
  explainRewind(session, rewinding);
  if (!(await isConfirmed(session, rewinding, options))) {
    session.terminal.print('Nothing was changed.');
    session.exitCode = ExitCode.Failed;
    return;
  }
  const task = { kind: 'rewind', toEpochS, ...(isSkip ? { skip: true } : {}) } as const;
  const summary = await carryOut(session, { deployment, source, task, isSummary: isRewindSummary });
  const isRunBegun = !options.isLocal && (await beginRun(rewinding));
  reportRewind(session, rewinding, { summary, isRunBegun });
}

async function prepare(
  session: Session,
  options: RewindOptions,
  sourceId: string | undefined,
): Promise<Rewinding> {
  const typed = typedTime(options);
  const deployment = await session.deployment();
  const source = deployment.source(sourceId);
  const toEpochS = readPointInTime(typed, session.nowMs());
  const live = await readLiveCheckpoint(deployment, source.sourceId);
  if (live === undefined) throw notBegun(source);
  const rewinding = { deployment, source, live, toEpochS, isSkip: typed.option === '--skip-to' };
  if (rewinding.isSkip) checkSkip(rewinding, session.nowMs());
  else checkTime(rewinding, session.nowMs());
  return rewinding;
}

function typedTime({ to, skipTo }: RewindOptions): TypedTime {
  if (skipTo !== undefined) return { text: skipTo, option: '--skip-to' };
  if (to !== undefined) return { text: to, option: '--to' };
  throw new OperatorError({
    what: 'It is not said from where the feed is to begin again.',
    whatToDo: 'Give --to with an earlier time: npx --no -- netskope-audit rewind --to 6h',
    exitCode: ExitCode.WrongUsage,
  });
}

/** Starts no run after a call in doubt, which rests until the next scheduled run. @returns whether one was started */
async function beginRun({ deployment, source, live }: Rewinding): Promise<boolean> {
  if (live.phase !== 'settled') return false;
  await startCollector(deployment, collectionEvent(source));
  return true;
}

async function isConfirmed(
  { terminal }: Session,
  { source, toEpochS, isSkip }: Rewinding,
  { yes, confirm }: RewindOptions,
): Promise<boolean> {
  const { sourceId } = source;
  if (isSkip)
    return (
      (confirm ??
        (await terminal.prompts.ask({
          message: `Type ${sourceId} to give up what lies between:`,
          option: '--confirm <source id>',
        }))) === sourceId
    );
  if (yes === true) return true;
  return terminal.prompts.confirm({
    message: `Rewind the live feed of ${sourceId} to ${formatMinute(toEpochS)}?`,
    option: '--yes',
  });
}

/** Refuses what the collector would refuse, before anything is asked. */
function checkTime({ source, live, toEpochS }: Rewinding, nowMs: number): void {
  const standsAtS = placeOfS(live);
  if (toEpochS > standsAtS)
    throw new OperatorError({
      what: `The live feed of ${source.sourceId} stands at ${formatMinute(standsAtS)}; it cannot be moved forward to ${formatMinute(toEpochS)}, for what lies between would be lost.`,
      whatToDo: 'Give an earlier time with --to. Only --skip-to gives events up.',
      exitCode: ExitCode.WrongUsage,
    });
  if (toEpochS < oldestKeptS(nowMs))
    throw new OperatorError({
      what: `--to ${formatMinute(toEpochS)} is more than 90 days ago, and Netskope keeps events for 90 days.`,
      whatToDo: 'Give --to 90d for all that is left.',
      exitCode: ExitCode.WrongUsage,
    });
}

function checkSkip({ source, live, toEpochS }: Rewinding, nowMs: number): void {
  const standsAtS = placeOfS(live);
  if (toEpochS <= standsAtS)
    throw new OperatorError({
      what: `The live feed of ${source.sourceId} stands at ${formatMinute(standsAtS)}, which is not before ${formatMinute(toEpochS)}: nothing would be skipped.`,
      whatToDo: 'Give a later time with --skip-to, or go back with --to.',
      exitCode: ExitCode.WrongUsage,
    });
  if (toEpochS > Math.floor(nowMs / 1000))
    throw new OperatorError({
      what: `--skip-to ${formatMinute(toEpochS)} lies in the future.`,
      whatToDo: 'Give a time that has passed; --skip-to 0m is the present.',
      exitCode: ExitCode.WrongUsage,
    });
}

function notBegun({ sourceId }: SourceInStack): OperatorError {
  return new OperatorError({
    what: `The live feed of ${sourceId} has not begun, so that there is nothing to rewind.`,
    whatToDo: `Give it a token with npx --no -- netskope-audit setup ${sourceId}; startLookbackHours in cdk.json says where it begins.`,
  });
}

/** Prints the position of a feed, and what a restart would mean. */
function explainRewind(session: Session, rewinding: Rewinding): void {
  const { terminal } = session;
  const { source, live, toEpochS, isSkip } = rewinding;
  const { sourceId } = source;
  const standsAtS = placeOfS(live);
  const { archived, quarantined } = live.totals;
  const inQuarantine = quarantined === 0 ? '' : ` and put ${formatCount(quarantined)} into quarantine`;
  terminal.print(
    `The live feed of ${sourceId} stands at ${formatMinute(standsAtS)}; it has archived ${formatCount(archived)} events${inQuarantine}.`,
  );
  if (isSkip) {
    explainSkip(session, rewinding, standsAtS);
    return;
  }
  terminal.print(
    `Netskope is to be asked again for everything since ${formatMinute(toEpochS)}, which is ${formatAge(standsAtS - toEpochS)}. What is stored already is not stored twice.`,
  );
  terminal.printMarked(
    'note',
    `Newer events wait until the feed has come back to the present; npx --no -- netskope-audit backfill ${sourceId} does not make them wait.`,
  );
}

function explainSkip({ terminal }: Session, { source, toEpochS }: Rewinding, standsAtS: number): void {
  terminal.printMarked(
    'bad',
    `It is to go on at ${formatMinute(toEpochS)}. What lies between, ${formatAge(toEpochS - standsAtS)}, is given up: the feed never asks for it again.`,
  );
  terminal.printMarked(
    'note',
    `What Netskope still serves of it can be collected beside the feed: npx --no -- netskope-audit backfill ${source.sourceId} --from ${isoMinute(standsAtS)} --to ${isoMinute(toEpochS)}`,
  );
}

/** In the form that options take: `2026-11-22T10:08`. */
function isoMinute(epochS: number): string {
  return new Date(epochS * 1000).toISOString().slice(0, 16);
}

interface RewindResult {
  readonly summary: RewindSummary;
  /** Whether a run was started at once. */
  readonly isRunBegun: boolean;
}

/** Says what was done, and what happens next. */
function reportRewind(
  { terminal }: Session,
  { source, toEpochS, isSkip }: Rewinding,
  { summary, isRunBegun }: RewindResult,
): void {
  const { sourceId } = source;
  terminal.printMarked(
    'good',
    `The live feed of ${sourceId} ${isSkip ? 'goes on' : 'begins again'} at ${formatMinute(toEpochS)}.`,
  );
  terminal.print(
    `  ${isRunBegun ? 'A run has begun' : 'The next run begins'} there; npx --no -- netskope-audit status shows how far behind it is.`,
  );
  terminal.json({ sourceId, ...summary, isRunBegun });
}

/** Whether the collector's answer is the summary of a rewind. */
function isRewindSummary(answer: unknown): answer is RewindSummary {
  const { outcome, toEpochS } = (answer ?? {}) as Readonly<Record<string, unknown>>;
  return outcome === 'rewound' && typeof toEpochS === 'number';
}
