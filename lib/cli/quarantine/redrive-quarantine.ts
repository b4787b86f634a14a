import { addCounts, NO_PAGES } from '../../../lambdas/collector/core/tasks/redrive-page';
import type { RedrivenPages, RedriveSummary } from '../../../lambdas/contract/deployment/collector-event';
import { countOf, formatCount } from '../../format/quantities';
import { carryOut } from '../deployment/collector';
import type { Deployment, SourceInStack } from '../deployment/deployment';
import { ExitCode, OperatorError } from '../operator-error';
import type { Session } from '../session';
import type { Terminal } from '../terminal/terminal';
import { QuarantineDays } from './quarantine-days';

export interface RedriveOptions {
  /** Day of arrival, UTC, `2026-11-22`. @default - the first day there is */
  readonly fromDay?: string;
  /** Included. @default - the last day there is */
  readonly toDay?: string;
}

/** The result. Each event and each page is counted once, however often the collector was invoked. */
interface RedriveCounts {
  readonly judged: number;
  readonly archived: number;
  readonly alreadyArchived: number;
  readonly stillRejected: number;
  readonly pages: RedrivenPages;
}

interface RedriveDay {
  readonly deployment: Deployment;
  readonly source: SourceInStack;
  /** Day of arrival, UTC, `2026-11-22`. */
  readonly day: string;
}

const NO_COUNTS: RedriveCounts = {
  judged: 0,
  archived: 0,
  alreadyArchived: 0,
  stillRejected: 0,
  pages: NO_PAGES,
};

/**
 * Has the deployed collector validate quarantined events and read quarantined pages again. Each day of arrival is a
 * task of its own, so that scheduled runs can take place in between.
 */
export async function redriveQuarantine(
  session: Session,
  { fromDay, toDay }: RedriveOptions,
  sourceId?: string,
): Promise<void> {
  if (fromDay !== undefined && toDay !== undefined && fromDay > toDay) throw noDays(fromDay, toDay);
  const { terminal } = session;
  const deployment = await session.deployment();
  const source = deployment.source(sourceId);
  const days = await new QuarantineDays(deployment, source.sourceId).days(fromDay, toDay);
  const progress = terminal.progress({ title: `redrive ${source.sourceId}`, total: days.length });
  let counts = NO_COUNTS;
  for (const [place, day] of days.entries()) {
    counts = add(counts, await redriveDay(session, { deployment, source, day }));
    progress.update(place + 1, `${day}, ${formatCount(counts.archived + counts.pages.archived)} archived`);
  }
  progress.stop();
  printCounts(session, counts);
  terminal.json({ sourceId: source.sourceId, days: days.length, ...counts });
}

function noDays(fromDay: string, toDay: string): OperatorError {
  return new OperatorError({
    what: `--from-day ${fromDay} is later than --to-day ${toDay}.`,
    whatToDo: 'Give the earlier day as --from-day.',
    exitCode: ExitCode.WrongUsage,
  });
}

async function redriveDay(session: Session, { deployment, source, day }: RedriveDay): Promise<RedriveCounts> {
  const task = { kind: 'redrive', fromDay: day, toDay: day } as const;
  let counts = NO_COUNTS;
  for (;;) {
    const summary = await carryOut(session, { deployment, source, task, isSummary: isRedriveSummary });
    counts = withAnswer(counts, summary);
    if (summary.outcome === 'redriven') return counts;
    if (summary.archived + summary.alreadyArchived + summary.pages.redriven === 0)
      throw tooMuchForOneRun(day);
  }
}

/** Every invocation counts what is still rejected again; what is accepted is counted by one. */
function withAnswer(
  before: RedriveCounts,
  { stillRejected, pages, ...answer }: RedriveSummary,
): RedriveCounts {
  const archived = before.archived + answer.archived;
  const alreadyArchived = before.alreadyArchived + answer.alreadyArchived;
  return {
    judged: archived + alreadyArchived + stillRejected,
    archived,
    alreadyArchived,
    stillRejected,
    pages: { ...addCounts(before.pages, pages), stillUnreadable: pages.stillUnreadable },
  };
}

/** Whether the collector's answer is the summary of a redrive. */
function isRedriveSummary(answer: unknown): answer is RedriveSummary {
  const { outcome, archived, alreadyArchived, stillRejected, pages } = (answer ?? {}) as Record<
    string,
    unknown
  >;
  const { redriven, stillUnreadable } = (pages ?? {}) as Record<string, unknown>;
  return (
    (outcome === 'redriven' || outcome === 'more-to-come') &&
    [archived, alreadyArchived, stillRejected, redriven, stillUnreadable].every(
      (count) => typeof count === 'number',
    )
  );
}

/** Each invocation begins with the day's first object, so another one would get no further. */
function tooMuchForOneRun(day: string): OperatorError {
  return new OperatorError({
    what: `The quarantine of ${day} is more than one invocation of the collector can read, and nothing it read is acceptable.`,
    whatToDo:
      'Redrive the other days with --from-day and --to-day, and give the function more time for this one.',
  });
}

function printCounts({ terminal }: Session, counts: RedriveCounts): void {
  const { pages } = counts;
  const pageCount = pages.redriven + pages.stillUnreadable;
  if (counts.judged + pageCount === 0) {
    terminal.print('Nothing is waiting in quarantine.');
    return;
  }
  if (counts.judged > 0) printEventCounts(terminal, counts);
  if (pageCount > 0) printPageCounts(terminal, pages);
  if (counts.archived + counts.alreadyArchived + pages.redriven > 0)
    terminal.print('  The quarantine keeps its objects; marks beside it say what is archived since.');
}

function printEventCounts(terminal: Terminal, counts: RedriveCounts): void {
  const parts = [
    `${formatCount(counts.archived)} archived`,
    ...(counts.alreadyArchived === 0
      ? []
      : [`${formatCount(counts.alreadyArchived)} found in the archive already`]),
    `${formatCount(counts.stillRejected)} still rejected`,
  ];
  const mark = counts.stillRejected === 0 ? 'good' : 'note';
  terminal.printMarked(mark, `${countOf(counts.judged, 'event')} validated again: ${parts.join(', ')}.`);
}

function printPageCounts(terminal: Terminal, pages: RedrivenPages): void {
  const { redriven, stillUnreadable, archived, quarantined, alreadyHeld } = pages;
  const mark = stillUnreadable === 0 ? 'good' : 'note';
  const what = `${countOf(redriven + stillUnreadable, 'page')} read again`;
  terminal.printMarked(
    mark,
    `${what}: ${formatCount(redriven)} redriven, ${formatCount(stillUnreadable)} still unreadable.`,
  );
  if (redriven === 0) return;
  const events = countOf(archived + quarantined + alreadyHeld, 'event');
  terminal.print(
    `  They held ${events}: ${formatCount(archived)} archived, ${formatCount(quarantined)} put into quarantine, ` +
      `${formatCount(alreadyHeld)} held already.`,
  );
}

function add(
  { pages, ...one }: RedriveCounts,
  { pages: otherPages, ...other }: RedriveCounts,
): RedriveCounts {
  return { ...addCounts(one, other), pages: addCounts(pages, otherPages) };
}
