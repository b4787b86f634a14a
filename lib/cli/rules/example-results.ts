import { isDeepStrictEqual } from 'node:util';
import type { AlertRecord, Severity } from '../../../lambdas/contract/storage/alert-record';
import { RULE_DEFAULTS } from '../../../lambdas/detector/core/rule/define-rule';
import { describeGroup } from '../../../lambdas/detector/core/rule/group';
import type { AlertExample, Example, Rule } from '../../../lambdas/detector/core/rule/rule';
import { untuned } from '../../../lambdas/detector/core/rule/tuning';
import { countOf } from '../../format/quantities';
import type { MatchedObject } from '../detect/detection-tally';
import { matchLines, ReplayedDetector } from '../detect/replayed-detector';

/** What a rule makes of one of its examples. */
export interface ExampleResult {
  readonly name: string;
  readonly kind: keyof Rule['examples'];
  /** What differs from what the example says; empty if nothing. */
  readonly problems: readonly string[];
  /** Of an event that matches, as its row has them; of events that raise alerts, as these have them. */
  readonly found: readonly Found[];
}

interface Found {
  readonly severity: Severity;
  /** For example `user alice@corp.example`. */
  readonly group: string;
  /** What happened; of an alert its headline. */
  readonly text: string;
}

/** Values that a field of an event may have without notice; no rule may fail at them. */
const ODD_VALUES: readonly unknown[] = [undefined, null, '', 7, true, [], [null], {}, { data_type: 7 }];

/** Judges a rule by its examples, alone and untuned. */
export function exampleResults(rule: Rule): readonly ExampleResult[] {
  const { mustMatch, mustNotMatch, mustRaise = {} } = rule.examples;
  return [
    ...Object.entries(mustMatch).map(([name, example]) => matchResult(rule, name, example)),
    ...Object.entries(mustNotMatch).map(([name, example]) => noMatchResult(rule, name, example)),
    ...Object.entries(mustRaise).map(([name, example]) => alertsResult(rule, name, example)),
  ];
}

function matchResult(rule: Rule, name: string, example: Example): ExampleResult {
  const object = matched(rule, [example]);
  const { batches, failures, counts } = object;
  const { matched: counted = 0, withoutGroupKey = 0 } = counts.get(rule.id) ?? {};
  const problems = [
    ...unreadable(object),
    ...failures.values(),
    ...(failures.size === 0 && counted + withoutGroupKey === 0 ? ['it does not match'] : []),
    ...oddProblems(rule, example),
  ];
  const found = batches
    .filter(({ tuned }) => tuned.rule === rule)
    .flatMap(({ group, rows }) =>
      rows.map(({ severity, what }) => ({ severity, group: describeGroup(group), text: what })),
    );
  return { name, kind: 'mustMatch', problems, found };
}

function noMatchResult(rule: Rule, name: string, example: Example): ExampleResult {
  const object = matched(rule, [example]);
  const { failures, counts } = object;
  const problems = [
    ...unreadable(object),
    ...failures.values(),
    ...(failures.size === 0 && counts.has(rule.id) ? ['it matches'] : []),
  ];
  return { name, kind: 'mustNotMatch', problems, found: [] };
}

function alertsResult(rule: Rule, name: string, { events, alerts: expected }: AlertExample): ExampleResult {
  const object = matched(rule, events);
  const raised = new ReplayedDetector()
    .evaluate({ hour: 0, objects: [object] })
    .filter(({ rule_id: id }) => id === rule.id);
  const count = `it raises ${countOf(raised.length, 'alert')}; expected ${expected.length}`;
  const problems = [
    ...unreadable(object),
    ...object.failures.values(),
    ...(raised.length === expected.length ? [] : [count]),
    ...raised.flatMap((alert, place) => differences(alert, expected[place] ?? {})),
  ];
  const found = raised.map(({ severity, group_key: group, headline: text }) => ({ severity, group, text }));
  return { name, kind: 'mustRaise', problems, found };
}

function differences(alert: AlertRecord, expected: Partial<AlertRecord>): readonly string[] {
  return Object.entries(expected).flatMap(([field, value]) => {
    const received: unknown = alert[field as keyof AlertRecord];
    if (isDeepStrictEqual(received, value)) return [];
    return [`${field} is ${JSON.stringify(received) ?? 'absent'}; expected ${JSON.stringify(value)}`];
  });
}

/** The first odd value in a field of a matching event at which the rule fails, for Netskope's fields are not fixed. */
function oddProblems(rule: Rule, example: Example): readonly string[] {
  for (const field of Object.keys(exampleRecord(example)))
    for (const value of ODD_VALUES) {
      const [message] = matched(rule, [{ ...example, [field]: value }]).failures.values();
      if (message !== undefined) return [`with ${field} ${JSON.stringify(value) ?? 'left out'}: ${message}`];
    }
  return [];
}

/** Examples that the detector would not take for an event of the source. */
function unreadable({ unreadable: lines }: MatchedObject): readonly string[] {
  return lines.map(({ line, reason }) => `event ${line} is ${reason}; expected fields of an archived record`);
}

/** Holds events against one rule, a minute apart, as one object of the archive. */
function matched(rule: Rule, events: readonly Example[]): MatchedObject {
  const lines = events.map((event, place) => {
    const own = { timestamp: EXAMPLE_S + place * 60, p_row_id: `netskope:e${place + 1}` };
    return JSON.stringify(exampleRecord({ ...own, ...event }));
  });
  return matchLines(lines, { sourceId: 'netskope', tuning: untuned([rule]) }, 'examples');
}

/** 2026-11-22 09:00:00 UTC, when the events of examples begin. */
const EXAMPLE_S = 1_795_338_000;

/** An ordinary archived record with the given differences; `undefined` leaves a field out. */
export function exampleRecord(different: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    _id: 'e1',
    timestamp: EXAMPLE_S,
    type: 'admin_audit_logs',
    user: 'alice@corp.example',
    ur_normalized: 'alice@corp.example',
    audit_log_event: 'Logout Successful',
    p_log_type: RULE_DEFAULTS.logType,
    p_event_time: '2026-11-22 09:00:00.000000000',
    p_parse_time: '2026-11-22 09:00:30.000000000',
    p_source_id: 'netskope',
    p_source_label: 'Netskope',
    p_row_id: 'netskope:e1',
    ...different,
  };
}
