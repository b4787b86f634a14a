import { collectionEvent } from '../../../lambdas/contract/deployment/deployment-outputs';
import { formatAge, formatCount } from '../../format/quantities';
import { visibleText } from '../../format/visible-text';
import { startCollector } from '../deployment/collector';
import { ExitCode, OperatorError } from '../operator-error';
import type { Session } from '../session';
import type { TypedRange } from '../terminal/time-range';
import { formatRange } from '../terminal/time-range';
import type { FiledBackfill } from './backfill-jobs';
import { BackfillJobs, reachedPercent, reachedS, readBackfillRange } from './backfill-jobs';
import { watchBackfill } from './watch-backfill';

export interface BackfillOptions {
  /** A time. @default - the open backfill is watched */
  readonly from?: string;
  /** A time. @default - an hour ago */
  readonly to?: string;
  /** Whether to report the state and exit instead of watching. */
  readonly detach?: boolean;
  readonly cancel?: boolean;
  /** Whether there is no schedule: the collector runs only while a command does. */
  readonly isLocal: boolean;
}

/** Files a backfill and watches it, or watches or cancels the open one. The collector does the work. */
export async function runBackfill(
  session: Session,
  options: BackfillOptions,
  sourceId?: string,
): Promise<void> {
  const deployment = await session.deployment();
  const source = deployment.source(sourceId);
  const jobs = new BackfillJobs(deployment, source.sourceId);
  if (options.cancel === true) return cancelBackfill(session, jobs);
  if (options.from === undefined && options.to !== undefined) throw endWithoutBegin();
  const { from, to, isLocal } = options;
  const filed =
    from === undefined ? await openBackfill(jobs) : await fileBackfill(session, jobs, { from, to });
  if (options.detach === true) {
    if (from !== undefined && !isLocal) await startCollector(deployment, collectionEvent(source));
    reportBackfill(session, source.sourceId, filed);
    return;
  }
  const last = await watchBackfill(session, { deployment, source, jobs, filed, isLocal });
  reportBackfill(session, source.sourceId, last);
  if (last.backfill.state === 'cancelled') session.exitCode = ExitCode.Failed;
}

async function fileBackfill(session: Session, jobs: BackfillJobs, typed: TypedRange): Promise<FiledBackfill> {
  const nowMs = session.nowMs();
  const filed = await jobs.file(readBackfillRange(typed, nowMs), nowMs);
  session.terminal.print(`Filed: ${jobs.sourceId}, ${formatRange(filed.backfill)}.`);
  return filed;
}

/** @throws OperatorError if none is open */
async function openBackfill(jobs: BackfillJobs): Promise<FiledBackfill> {
  const found = await jobs.read();
  if (found?.backfill.state === 'open') return found;
  const last =
    found === undefined ? '' : ` The last one, ${formatRange(found.backfill)}, is ${found.backfill.state}.`;
  throw new OperatorError({
    what: `No backfill of ${jobs.sourceId} is open.${last}`,
    whatToDo: `File one with --from: npx --no -- netskope-audit backfill ${jobs.sourceId} --from 7d`,
    exitCode: ExitCode.WrongUsage,
  });
}

async function cancelBackfill(session: Session, jobs: BackfillJobs): Promise<void> {
  const cancelled = await jobs.cancel(session.nowMs());
  if (cancelled === undefined) await openBackfill(jobs);
  else reportBackfill(session, jobs.sourceId, cancelled);
}

function endWithoutBegin(): OperatorError {
  return new OperatorError({
    what: '--to is given without --from.',
    whatToDo: 'Give --from, too: npx --no -- netskope-audit backfill --from 7d --to 2d',
    exitCode: ExitCode.WrongUsage,
  });
}

/** Prints the state of a backfill and what it has collected. */
export function reportBackfill({ terminal }: Session, sourceId: string, filed: FiledBackfill): void {
  const words = `of ${sourceId}, ${formatRange(filed.backfill)},`;
  switch (filed.backfill.state) {
    case 'done':
      terminal.printMarked('good', `The backfill ${words} is done${inTime(filed)}.`);
      break;
    case 'cancelled':
      terminal.printMarked('note', `The backfill ${words} is cancelled. What it has stored stays.`);
      break;
    case 'open':
      terminal.print(`The backfill ${words} is open, ${reachedPercent(filed)} % done.`);
      break;
  }
  terminal.print(`  ${describeCounts(filed)}`);
  if (filed.backfill.failure !== undefined)
    terminal.print(`  The last run that worked on it failed: ${visibleText(filed.backfill.failure.reason)}`);
  terminal.json(backfillForPrograms(sourceId, filed));
}

function inTime({ backfill: { filedAtMs, endedAtMs } }: FiledBackfill): string {
  return endedAtMs === undefined ? '' : ` in ${formatAge(Math.round((endedAtMs - filedAtMs) / 1000))}`;
}

function describeCounts(filed: FiledBackfill): string {
  const { archived, quarantined } = filed.totals;
  const counts = [
    archived === 0
      ? `No event was missing${filed.backfill.state === 'open' ? ' so far' : ''}`
      : `${formatCount(archived)} missing events archived`,
    ...(quarantined === 0 ? [] : [`${formatCount(quarantined)} put into quarantine`]),
  ];
  // An event may come in the pages of two hours.
  const held = `${formatCount(filed.backfill.alreadyHeld)} times an event was held already`;
  return `${counts.join(', ')}; ${formatCount(filed.sequence)} pages, in which ${held}.`;
}

/** The JSON output; units are in the names. */
function backfillForPrograms(sourceId: string, filed: FiledBackfill): object {
  const { backfill, totals, indexName } = filed;
  const { archived, quarantined } = totals;
  return {
    sourceId,
    ...backfill,
    stepS: undefined, // replaced by `reachedEpochS`
    reachedEpochS: backfill.fromEpochS + reachedS(filed),
    archived,
    quarantined,
    pages: filed.sequence,
    indexName,
  };
}
