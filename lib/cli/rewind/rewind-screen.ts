import { placeOfFeedS } from '../../../lambdas/collector/core/protocol/checkpoint';
import type { RewindSummary } from '../../../lambdas/contract/deployment/collector-event';
import type { Checkpoint } from '../../../lambdas/contract/storage/checkpoint-table';
import { formatAge, formatCount, formatMinute } from '../../format/quantities';
import type { Deployment, SourceInStack } from '../deployment/deployment';
import type { Session } from '../session';

/** A live feed, and the time to restart it from. */
export interface Rewinding {
  readonly deployment: Deployment;
  readonly source: SourceInStack;
  /** The checkpoint before the restart. */
  readonly live: Checkpoint;
  /** Unix seconds. */
  readonly toEpochS: number;
  /** Whether that is later than the feed's position: the events in between are given up. */
  readonly isSkip: boolean;
}

export interface RewindResult {
  readonly summary: RewindSummary;
  /** Whether a run was started at once. */
  readonly isRunBegun: boolean;
}

/** Prints the position of a feed, and what a restart would mean. */
export function explainRewind(session: Session, rewinding: Rewinding): void {
  const { terminal } = session;
  const { source, live, toEpochS, isSkip } = rewinding;
  const { sourceId } = source;
  const standsAtS = placeOfFeedS(live);
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
    `Newer events wait until the feed has come back to the present; npx netskope-audit backfill ${sourceId} does not make them wait.`,
  );
}

function explainSkip({ terminal }: Session, { source, toEpochS }: Rewinding, standsAtS: number): void {
  terminal.printMarked(
    'bad',
    `It is to go on at ${formatMinute(toEpochS)}. What lies between, ${formatAge(toEpochS - standsAtS)}, is given up: the feed never asks for it again.`,
  );
  terminal.printMarked(
    'note',
    `What Netskope still serves of it can be collected beside the feed: npx netskope-audit backfill ${source.sourceId} --from ${isoMinute(standsAtS)} --to ${isoMinute(toEpochS)}`,
  );
}

/** In the form that options take: `2026-11-22T10:08`. */
function isoMinute(epochS: number): string {
  return new Date(epochS * 1000).toISOString().slice(0, 16);
}

/** Says what was done, and what happens next. */
export function reportRewind(
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
    `  ${isRunBegun ? 'A run has begun' : 'The next run begins'} there; npx netskope-audit status shows how far behind it is.`,
  );
  terminal.json({ sourceId, ...summary, isRunBegun });
}

/** Whether the collector's answer is the summary of a rewind. */
export function isRewindSummary(answer: unknown): answer is RewindSummary {
  const { outcome, toEpochS } = (answer ?? {}) as Readonly<Record<string, unknown>>;
  return outcome === 'rewound' && typeof toEpochS === 'number';
}
