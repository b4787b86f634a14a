import { createHash } from 'node:crypto';
import { SEVERITIES } from '../../../contract/storage/alert-record';
import type { ArchivedEvent } from '../event/archived-event';
import { describeChange } from '../event/describe-change';
import { FAILED_RULE } from '../rule/failed-rule';
import type { Group } from '../rule/group';
import { groupText, ofTenant, standsAlone } from '../rule/group';
import type { Rule } from '../rule/rule';
import type { RowDetail, SeenRow } from '../rule/seen-row';
import type { GroupBatch, TunedRule } from '../rule/tuned-rule';
import { OpenBatch } from './open-batch';

/** What one rule did with the events. */
export interface RuleCounts {
  /** Events that count. */
  matched: number;
  /** Events that match but are excluded by the settings. */
  excluded: number;
  /** Events that match but can never raise an alert: nothing tells which other events are of the same user. */
  withoutGroupKey: number;
  /** Events at which the rule threw an error, or gave an answer that is none. */
  failed: number;
}

export interface MatchedEvents {
  /** One per group, in order of occurrence. */
  readonly batches: readonly GroupBatch[];
  /** By rule id; rules that matched nothing are left out. */
  readonly counts: ReadonlyMap<string, RuleCounts>;
  /**
   * First error message of each rule that failed, which a rule must not do; the other rules go on. The events are in
   * batches of `FAILED_RULE`.
   */
  readonly failures: ReadonlyMap<string, string>;
}

/** Sorts events of one archived object into the groups of the rules that they match. */
export function matchEvents(
  events: Iterable<ArchivedEvent>,
  rules: readonly TunedRule[],
  objectKey: string,
): MatchedEvents {
  const matcher = new EventMatcher(rules, objectKey);
  for (const event of events) matcher.add(event);
  return matcher;
}

function withoutSuperseded(matched: readonly TunedRule[]): readonly TunedRule[] {
  if (matched.length < 2) return matched;
  const superseded = new Set(matched.flatMap(({ rule }) => rule.supersedes));
  return matched.filter(({ rule }) => !superseded.has(rule.id));
}

/** An event that the settings exclude from its rule is expected: no fallback takes it. */
type Verdict = 'match' | 'excluded' | 'no match';

/** Sorts the events of one archived object, one after the other, into the groups of the rules that they match. */
export class EventMatcher implements MatchedEvents {
  readonly counts = new Map<string, RuleCounts>();
  readonly failures = new Map<string, string>();
  /** By `groupText`: a hash costs many times more and is needed once per group, not once per event. */
  private readonly byGroup = new Map<string, OpenBatch>();

  private readonly ordinary: readonly TunedRule[];
  private readonly fallbacks: readonly TunedRule[];

  /** @param objectKey key of the object */
  constructor(
    rules: readonly TunedRule[],
    private readonly objectKey: string,
  ) {
    this.ordinary = rules.filter(({ rule }) => rule.fallback === undefined);
    this.fallbacks = rules.filter(({ rule }) => rule.fallback !== undefined);
  }

  get batches(): readonly GroupBatch[] {
    return [...this.byGroup.values()];
  }

  add(event: ArchivedEvent): void {
    let isCovered = false;
    const matched = this.ordinary.filter((tuned) => {
      const verdict = this.verdictOn(event, tuned);
      isCovered ||= verdict !== 'no match' && tuned.rule.novelty === undefined;
      return verdict === 'match';
    });
    if (!isCovered)
      matched.push(...this.fallbacks.filter((tuned) => this.verdictOn(event, tuned) === 'match'));
    this.count(event, withoutSuperseded(matched));
  }

  private verdictOn(event: ArchivedEvent, tuned: TunedRule): Verdict {
    try {
      if (!tuned.rule.matches(event)) return 'no match';
      if (!tuned.excludes(event)) return 'match';
    } catch (error) {
      this.fail(event, tuned, error);
      return 'no match';
    }
    this.countsOf(tuned).excluded += 1;
    return 'excluded';
  }

  private count(event: ArchivedEvent, matched: readonly TunedRule[]): void {
    let detail: RowDetail | undefined;
    for (const tuned of matched)
      try {
        const group = groupOf(event, tuned);
        if (group === undefined) {
          this.countsOf(tuned).withoutGroupKey += 1;
          continue;
        }
        const value = valueOf(event, tuned.rule);
        const text = groupText(tuned.rule.id, group);
        if (this.byGroup.get(text)?.needs(event, value) !== false) {
          detail ??= detailOf(event);
          const row = seenRow(event, tuned, { value, detail });
          this.batchOf(tuned, group, text).add(row);
        }
        this.countsOf(tuned).matched += 1;
      } catch (error) {
        this.fail(event, tuned, error);
      }
  }

  /** @param text the group's `groupText` */
  private batchOf(tuned: TunedRule, group: Group, text = groupText(tuned.rule.id, group)): OpenBatch {
    let batch = this.byGroup.get(text);
    if (batch === undefined) this.byGroup.set(text, (batch = new OpenBatch(tuned, group, this.objectKey)));
    return batch;
  }

  private countsOf({ rule: { id } }: TunedRule): RuleCounts {
    let counts = this.counts.get(id);
    if (counts === undefined)
      this.counts.set(id, (counts = { matched: 0, excluded: 0, withoutGroupKey: 0, failed: 0 }));
    return counts;
  }

  /** Redelivery would not help: a rule answers the same each time. So its failure raises an alert, like what a rule finds. */
  private fail(event: ArchivedEvent, tuned: TunedRule, error: unknown): void {
    const { id } = tuned.rule;
    const { rowId, timeS, sourceId, text } = event;
    const message = cut(error instanceof Error ? error.message : String(error), MAX_TEXT_LENGTH);
    this.countsOf(tuned).failed += 1;
    if (!this.failures.has(id)) this.failures.set(id, message);
    this.batchOf(FAILED_RULE, { sourceId, parts: [['rule', id]] }).add({
      rowId: boundedId(rowId),
      timeS,
      what: message,
      addresses: [],
      severity: FAILED_RULE.severityOf(event),
      detail: detailOf({ targets: [id], changes: [], text }),
    });
  }
}

/**
 * The group of an event. If it stands alone and cannot raise the rule's alert by itself, a rule that only counts takes
 * the group of the whole tenant. Others cannot: of whom a value is new, or whose failures a success follows, is unknown.
 * @returns undefined if the event has no group
 */
function groupOf(event: ArchivedEvent, { rule, threshold }: TunedRule): Group | undefined {
  const group = rule.groupBy(event);
  expectAnswer(isGroupOf(event, group), 'groupBy', group, 'a group of the event, as byUser makes it');
  if (!standsAlone(group)) return group;
  if (rule.correlation !== undefined || rule.novelty !== undefined) return undefined;
  return threshold > event.occurrences || rule.distinct !== undefined ? ofTenant(group) : group;
}

/** Limits on what is kept of an event, in characters; MAX_THRESHOLD relies on them. */
const MAX_TEXT_LENGTH = 120;
const MAX_USER_LENGTH = 64;
const MAX_ROW_ID_LENGTH = 100;
const MAX_ADDRESSES = 2;
const MAX_TARGETS = 3;
const MAX_CHANGES = 3;
/** The record as it is archived; a few kilobytes in an ordinary one with long details. */
const MAX_EVENT_LENGTH = 4_000;

const EXPECTED_SEVERITY = `one of ${SEVERITIES.join(', ')}`;

/** What is new or counted, cut. */
function valueOf(event: ArchivedEvent, { novelty, distinct }: Rule): string | undefined {
  const value = novelty?.valueOf(event) ?? distinct?.(event);
  expectAnswer(value === undefined || typeof value === 'string', 'value', value, 'a text, or none');
  return value === undefined ? undefined : cut(value, MAX_TEXT_LENGTH);
}

function seenRow(
  event: ArchivedEvent,
  tuned: TunedRule,
  { value, detail }: Pick<SeenRow, 'value' | 'detail'>,
): SeenRow {
  const { correlation, what } = tuned.rule;
  const said = what?.(event) ?? event.name;
  const severity = tuned.severityOf(event);
  expectAnswer(typeof said === 'string', 'what', said, 'a text');
  expectAnswer(SEVERITIES.includes(severity), 'severity', severity, EXPECTED_SEVERITY);
  return {
    rowId: boundedId(event.rowId),
    timeS: event.timeS,
    ...(event.occurrences === 1 ? {} : { weight: event.occurrences }),
    what: cut(said, MAX_TEXT_LENGTH),
    ...(event.user === undefined ? {} : { user: cut(event.user, MAX_USER_LENGTH) }),
    addresses: event.sourceAddresses.slice(0, MAX_ADDRESSES),
    severity,
    ...(correlation?.completes(event) === true ? { completes: true as const } : {}),
    ...(value === undefined ? {} : { value }),
    detail,
  };
}

/** What a rule's function answers goes into states and alerts; nothing else has checked its type. @throws TypeError */
function expectAnswer(isRight: boolean, field: string, answer: unknown, expected: string): void {
  if (!isRight)
    throw new TypeError(`${field} is ${JSON.stringify(answer) ?? 'absent'}; expected ${expected}`);
}

function isGroupOf({ sourceId }: ArchivedEvent, group: Group): boolean {
  return (
    group.sourceId === sourceId &&
    group.parts.every((part) => part.length === 2 && part.every((text) => typeof text === 'string'))
  );
}

function detailOf({
  targets,
  changes,
  text = '',
}: Pick<ArchivedEvent, 'targets' | 'changes' | 'text'>): RowDetail {
  const described = changes
    .slice(0, MAX_CHANGES)
    .map((change) => cut(describeChange(change), MAX_TEXT_LENGTH));
  return {
    ...(targets.length === 0
      ? {}
      : { targets: targets.slice(0, MAX_TARGETS).map((target) => cut(target, MAX_USER_LENGTH)) }),
    ...(described.length === 0 ? {} : { changes: described }),
    ...(text === '' || text.length > MAX_EVENT_LENGTH ? {} : { event: text }),
  };
}

function cut(text: string, maxLength: number): string {
  return text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
}

/** Netskope's ids are short. A longer one keeps its beginning, for searching, and a hash, to stay unique. */
function boundedId(rowId: string): string {
  if (rowId.length <= MAX_ROW_ID_LENGTH) return rowId;
  const hash = createHash('sha256').update(rowId).digest('hex').slice(0, 32);
  return `${rowId.slice(0, MAX_ROW_ID_LENGTH - hash.length - 1)}…${hash}`;
}
