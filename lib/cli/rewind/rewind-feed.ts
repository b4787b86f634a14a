import { placeOfFeedS } from '../../../lambdas/collector/core/rewind';
import { StartLookback } from '../../../lambdas/contract/collector-event';
import { formatMinute } from '../../local/start/quantities';
import { startCollector } from '../collector';
import { carryOut } from '../collector-task';
import type { SourceInStack } from '../deployment';
import { readLiveCheckpoint } from '../doctor/live-checkpoint';
import { ExitCode } from '../exit-code';
import { OperatorError } from '../operator-error';
import { readPointInTime } from '../point-in-time';
import type { Session } from '../session';
import { explainRewind, isRewindSummary, reportRewind } from './rewind-screen';
import type { Rewinding } from './rewind-screen';

export interface RewindOptions {
  /** A time. */
  readonly to: string;
  /** Whether nothing is to be asked. */
  readonly yes?: boolean;
  /** Whether there is no schedule. */
  readonly isLocal: boolean;
}

const SECONDS_PER_HOUR = 3600;

/** Has the collector restart a live feed from an earlier time, once the operator has seen what that means. */
export async function rewindFeed(session: Session, options: RewindOptions, sourceId?: string): Promise<void> {
  const rewinding = await prepare(session, options.to, sourceId);
  const { deployment, source, toEpochS } = rewinding;
  explainRewind(session, rewinding);
  if (options.yes !== true && !(await isConfirmed(session, rewinding))) {
    session.terminal.print('Nothing was changed.');
    session.exitCode = ExitCode.Failed;
    return;
  }
  const task = { kind: 'rewind', toEpochS } as const;
  const summary = await carryOut(session, { deployment, source, task, isSummary: isRewindSummary });
  const isRunBegun = !options.isLocal && (await beginRun(rewinding));
  reportRewind(session, rewinding, { summary, isRunBegun });
}

async function prepare(session: Session, to: string, sourceId: string | undefined): Promise<Rewinding> {
  const deployment = await session.deployment();
  const source = deployment.source(sourceId);
  const toEpochS = readPointInTime({ text: to, option: '--to' }, session.nowMs());
  const live = await readLiveCheckpoint(deployment, source.sourceId);
  if (live === undefined) throw notBegun(source);
  const rewinding = { deployment, source, live, toEpochS };
  checkTime(rewinding, session.nowMs());
  return rewinding;
}

/** A call whose outcome is in doubt is left to rest until the next scheduled run. @returns whether a run was begun */
async function beginRun({ deployment, source, live }: Rewinding): Promise<boolean> {
  if (live.phase !== 'settled') return false;
  const { sourceId, label, startLookbackHours } = source;
  await startCollector(deployment, { sourceId, label, startLookbackHours });
  return true;
}

function isConfirmed({ terminal }: Session, { source, toEpochS }: Rewinding): Promise<boolean> {
  return terminal.prompts.confirm({
    message: `Rewind the live feed of ${source.sourceId} to ${formatMinute(toEpochS)}?`,
    option: '--yes',
  });
}

/** What the collector would refuse, told before anything is asked. */
function checkTime({ source, live, toEpochS }: Rewinding, nowMs: number): void {
  const standsAtS = placeOfFeedS(live);
  if (toEpochS > standsAtS)
    throw new OperatorError({
      what: `The live feed of ${source.sourceId} stands at ${formatMinute(standsAtS)}; it cannot be moved forward to ${formatMinute(toEpochS)}, for what lies between would be lost.`,
      whatToDo: 'Give an earlier time with --to.',
      exitCode: ExitCode.WrongUsage,
    });
  if (toEpochS < Math.floor(nowMs / 1000) - StartLookback.maxHours * SECONDS_PER_HOUR)
    throw new OperatorError({
      what: `--to ${formatMinute(toEpochS)} is more than 90 days ago, and Netskope keeps events for 90 days.`,
      whatToDo: 'Give --to 90d for all that is left.',
      exitCode: ExitCode.WrongUsage,
    });
}

function notBegun({ sourceId }: SourceInStack): OperatorError {
  return new OperatorError({
    what: `The live feed of ${sourceId} has not begun, so that there is nothing to rewind.`,
    whatToDo: `Give it a token with npx netskope-audit setup ${sourceId}; startLookbackHours in cdk.json says where it begins.`,
  });
}
