import { UnfinishedObjectError } from './errors';
import type { ArchivedObject } from './event/object-created';
import type { UnreadableLine } from './event/read-lines';
import { LineTally, readEvents } from './event/read-lines';
import type { MatchedEvents } from './group/match-events';
import { EventMatcher } from './group/match-events';
import type { DetectorDeps } from './ports';
import type { Tuning } from './rule/tuning';

/** Limit on the unreadable lines and failed rules of an object that are logged. */
const MAX_LOGGED = 10;

/** One archived object, sorted into groups, while these are evaluated. */
export interface MatchedObject extends ArchivedObject {
  readonly lines: LineTally;
  readonly matched: MatchedEvents;
  alertsRaised: number;
  /** What failed after the events were matched. */
  readonly failures: unknown[];
}

/** Reads an object and sorts its events into the groups of the rules. @throws ArchiveError */
export async function matchObject(
  { archive }: DetectorDeps,
  { key, sourceId }: ArchivedObject,
  tuning: Tuning,
): Promise<MatchedObject> {
  const lines = new LineTally();
  const matched = new EventMatcher(tuning.rules, key);
  const expected = { sourceId, anonymousUsers: tuning.anonymousUsers };
  for await (const some of archive.lines(key))
    for (const event of readEvents(some, expected, lines)) matched.add(event);
  return { key, sourceId, lines, matched, alertsRaised: 0, failures: [] };
}

/** Notes a failure once with each of the objects. */
export function noteFailure(objects: readonly MatchedObject[], error: unknown): void {
  for (const { failures } of new Set(objects)) failures.push(error);
}

/** Over all rules. */
export function countsOf({ matched: { counts } }: MatchedObject) {
  const sum = { matched: 0, excluded: 0, withoutGroupKey: 0 };
  for (const { matched, excluded, withoutGroupKey } of counts.values()) {
    sum.matched += matched;
    sum.excluded += excluded;
    sum.withoutGroupKey += withoutGroupKey;
  }
  return sum;
}

/** Logs what happened to an object. @throws UnfinishedObjectError if a part of it failed */
export function conclude({ log }: DetectorDeps, object: MatchedObject): void {
  const { key, lines, matched, alertsRaised, failures } = object;
  log.info('object', {
    objectKey: key,
    events: lines.read - lines.unreadable.length - lines.laterEditions,
    laterEditions: lines.laterEditions,
    groups: matched.batches.length,
    alertsRaised,
    ...countsOf(object),
  });
  const problems = [
    ...unreadableProblem(lines.unreadable),
    ...failures.map((error) => (error instanceof Error ? error.message : String(error))),
  ];
  for (const [ruleId, message] of [...matched.failures].slice(0, MAX_LOGGED)) {
    const failed = matched.counts.get(ruleId)?.failed;
    log.error('failed rule', { objectKey: key, ruleId, message, events: failed });
  }
  if (problems.length === 0) return;
  for (const line of lines.unreadable.slice(0, MAX_LOGGED))
    log.warn('unreadable line', { objectKey: key, ...line });
  throw new UnfinishedObjectError(key, problems, { cause: failures[0] });
}

/** The collector writes only its own JSON: such a line is corruption and needs an operator's attention. */
function unreadableProblem(unreadable: readonly UnreadableLine[]): string[] {
  const [first] = unreadable;
  if (first === undefined) return [];
  return [
    `${unreadable.length} lines cannot be read, the first of them line ${first.line}: ${first.reason}; expected records of the collector`,
  ];
}
