import { UnfinishedObjectError } from './errors';
import type { ArchivedObject } from './event/object-created';
import type { UnreadableLine } from './event/read-lines';
import { readEvents, SkippedLines } from './event/read-lines';
import { evaluateGroup } from './group/evaluate-group';
import type { MatchedEvents } from './group/match-events';
import { matchEvents } from './group/match-events';
import type { DetectorDeps } from './ports';
import { NOTHING_STORED } from './ports';
import type { GroupBatch } from './rule/tuned-rule';

/** Groups whose states are read together: as many as one call allows (Amazon DynamoDB API Reference, BatchGetItem). */
const GROUPS_TOGETHER = 100;

/** Groups that are evaluated at the same time: each needs a write of some milliseconds. */
const GROUPS_AT_ONCE = 8;

/** Limit on the unreadable lines and failed rules of an object that are logged. */
const MAX_LOGGED = 10;

/**
 * Evaluates one archived object: raises the alerts of its events. Evaluated again, it writes and raises nothing.
 * @throws ArchiveError, GroupStateError if it or the states cannot be read; UnfinishedObjectError if a part failed,
 * after the rest was evaluated
 */
export async function detectObject(deps: DetectorDeps, { key, sourceId }: ArchivedObject): Promise<void> {
  const { tuning, log } = deps;
  const lines = await deps.archive.lines(key);
  const skipped = new SkippedLines();
  const events = readEvents(lines, { sourceId, anonymousUsers: tuning.anonymousUsers }, skipped);
  const matched = matchEvents(events, tuning.rules, key);
  let alertsRaised = 0;
  const failures = await evaluateGroups(deps, matched.batches, () => (alertsRaised += 1));
  const counts = sumOf(matched);
  const { unreadable, laterEditions } = skipped;
  await deps.metrics
    .send(sourceId, { alertsRaised, eventsExcluded: counts.excluded })
    .catch((error: unknown) => failures.push(error));
  log.info('object', {
    objectKey: key,
    events: lines.length - unreadable.length - laterEditions,
    laterEditions,
    groups: matched.batches.length,
    alertsRaised,
    ...counts,
  });
  const problems = [
    ...unreadableProblem(unreadable),
    ...[...matched.failures].map(([ruleId, message]) => `rule ${ruleId} failed: ${message}`),
    ...failures.map((error) => (error instanceof Error ? error.message : String(error))),
  ];
  if (problems.length === 0) return;
  logProblems(deps, key, { unreadable, matched });
  throw new UnfinishedObjectError(key, problems, { cause: failures[0] });
}

/** One group's failure does not affect the others. @returns the errors. @throws GroupStateError if a read fails */
async function evaluateGroups(
  deps: DetectorDeps,
  batches: readonly GroupBatch[],
  onAlert: () => void,
): Promise<unknown[]> {
  const failures: unknown[] = [];
  for (const together of slices(batches, GROUPS_TOGETHER)) {
    const stored = await deps.states.loadMany(together.map(({ groupId }) => groupId));
    for (const atOnce of slices(together, GROUPS_AT_ONCE)) {
      const ends = await Promise.allSettled(
        atOnce.map((batch) =>
          evaluateGroup(deps, { batch, stored: stored.get(batch.groupId) ?? NOTHING_STORED }, onAlert),
        ),
      );
      failures.push(...ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : [])));
    }
  }
  return failures;
}

function* slices<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}

/** Over all rules. */
function sumOf({ counts }: MatchedEvents) {
  const sum = { matched: 0, excluded: 0, withoutGroupKey: 0 };
  for (const { matched, excluded, withoutGroupKey } of counts.values()) {
    sum.matched += matched;
    sum.excluded += excluded;
    sum.withoutGroupKey += withoutGroupKey;
  }
  return sum;
}

/** The collector writes only its own JSON: such a line is corruption and needs an operator's attention. */
function unreadableProblem(unreadable: readonly UnreadableLine[]): string[] {
  const [first] = unreadable;
  if (first === undefined) return [];
  return [
    `${unreadable.length} lines cannot be read, the first of them line ${first.line}: ${first.reason}; expected records of the collector`,
  ];
}

function logProblems(
  { log }: DetectorDeps,
  objectKey: string,
  { unreadable, matched }: { unreadable: readonly UnreadableLine[]; matched: MatchedEvents },
): void {
  for (const line of unreadable.slice(0, MAX_LOGGED)) log.warn('unreadable line', { objectKey, ...line });
  for (const [ruleId, message] of [...matched.failures].slice(0, MAX_LOGGED)) {
    const events = matched.counts.get(ruleId)?.failed;
    log.warn('failed rule', { objectKey, ruleId, message, events });
  }
}
