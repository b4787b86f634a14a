import type { AlertRecord, Severity } from '../../../lambdas/contract/storage/alert-record';
import { isMoreUrgent, mostUrgent } from '../../../lambdas/contract/storage/alert-record';
import type { UnreadableLine } from '../../../lambdas/detector/core/event/read-lines';
import type { MatchedEvents, RuleCounts } from '../../../lambdas/detector/core/group/match-events';

/** What the rules match in one archived object. The events themselves are not kept. */
export interface MatchedObject extends Pick<MatchedEvents, 'batches' | 'counts' | 'failures'> {
  readonly key: string;
  readonly events: number;
  /** Time of its earliest event, unix seconds. */
  readonly firstEventS: number;
  readonly unreadable: readonly UnreadableLine[];
  /** Lines that were skipped: the same events came before with fewer fields. */
  readonly laterEditions: number;
}

/** One hour of the archive. */
export interface MatchedHour {
  /** Whole hours since 1970. */
  readonly hour: number;
  /** In the order of their earliest events. */
  readonly objects: readonly MatchedObject[];
}

/** How many events one rule matched or left out, and the alerts it raised. */
interface RuleTally extends RuleCounts {
  alerts: number;
}

/** Counts of the range that is shown. */
export class DetectionTally {
  events = 0;
  alerts = 0;
  /** Lines of the archive that hold no event. */
  unreadable = 0;
  /** Lines that were skipped: the same events came before with fewer fields. */
  laterEditions = 0;
  /** Key of the first object that has such a line. */
  firstUnreadableKey: string | undefined;
  /** First error message of each rule that failed, by rule id. */
  readonly failures = new Map<string, string>();
  private readonly byRule: ReadonlyMap<string, RuleTally>;
  /** Of the alerts; undefined if there are none. */
  private severity: Severity | undefined;

  /** @param ruleIds the rules that are counted; others are ignored */
  constructor(ruleIds: readonly string[]) {
    this.byRule = new Map(
      ruleIds.map((id) => [id, { matched: 0, excluded: 0, withoutGroupKey: 0, failed: 0, alerts: 0 }]),
    );
  }

  addObject({ key, events, unreadable, laterEditions, counts, failures }: MatchedObject): void {
    this.events += events;
    this.unreadable += unreadable.length;
    this.laterEditions += laterEditions;
    if (unreadable.length > 0) this.firstUnreadableKey ??= key;
    for (const [ruleId, rule] of this.byRule) {
      addCounts(rule, counts.get(ruleId));
      const failure = failures.get(ruleId);
      if (failure !== undefined && !this.failures.has(ruleId)) this.failures.set(ruleId, failure);
    }
  }

  addAlert({ rule_id: ruleId, severity }: AlertRecord): void {
    const rule = this.byRule.get(ruleId);
    if (rule === undefined) return;
    rule.alerts += 1;
    this.alerts += 1;
    this.severity = mostUrgent([severity, this.severity ?? 'info']);
  }

  /** @throws Error if the rule is not counted */
  rule(ruleId: string): Readonly<RuleTally> {
    const rule = this.byRule.get(ruleId);
    if (rule === undefined) throw new Error(`rule ${ruleId} is not counted`);
    return rule;
  }

  /** Whether any alert is at least this severe; none is if no severity is given. */
  reaches(least: Severity | undefined): boolean {
    return least !== undefined && this.severity !== undefined && !isMoreUrgent(least, this.severity);
  }
}

function addCounts(rule: RuleTally, counts: RuleCounts | undefined): void {
  if (counts === undefined) return;
  rule.matched += counts.matched;
  rule.excluded += counts.excluded;
  rule.withoutGroupKey += counts.withoutGroupKey;
  rule.failed += counts.failed;
}
