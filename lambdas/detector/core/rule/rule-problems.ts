import { AUDIT_FEED } from '../../../contract/feed/audit';
import { SEVERITIES } from '../../../contract/storage/alert-record';
import type { Rule } from './rule';
import { MAX_THRESHOLD } from './rule';

const MAX_WINDOW_MINUTES = 1_440;
const MAX_LEARNING_DAYS = 90;
const MAX_LEARNED_SILENTLY = 100;
const MAX_TITLE_LENGTH = 70;
const RULE_ID = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const TACTIC = /^TA\d{4}$/;
const TECHNIQUE = /^T\d{4}(?:\.\d{3})?$/;

/** Every field of a rule. */
const FIELDS: readonly string[] = Object.keys({
  id: true,
  title: true,
  description: true,
  severity: true,
  attack: true,
  logType: true,
  matches: true,
  groupBy: true,
  threshold: true,
  windowMinutes: true,
  distinct: true,
  correlation: true,
  novelty: true,
  what: true,
  runbook: true,
  limits: true,
  supersedes: true,
  fallback: true,
  examples: true,
} satisfies Record<keyof Rule, true>);

/**
 * Everything that is wrong with a rule, each as `<field> is <value>; expected <what>`.
 * @param rule as its author wrote it: nothing has checked the types of its fields
 */
export function ruleProblems(rule: Rule): readonly string[] {
  return [
    ...Object.entries(rule).flatMap(([name, value]) =>
      unless(FIELDS.includes(name), name, value, `only fields of a rule: ${FIELDS.join(', ')}`),
    ),
    ...textProblems(rule),
    ...attackProblems(rule),
    ...functionProblems(rule),
    ...numberProblems(rule),
    ...patternProblems(rule),
    ...exampleProblems(rule),
  ];
}

function unless(isRight: boolean, field: string, value: unknown, expected: string): readonly string[] {
  return isRight ? [] : [`${field} is ${JSON.stringify(value) ?? 'absent'}; expected ${expected}`];
}

export function isRuleId(text: string): boolean {
  return RULE_ID.test(text);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function textProblems({
  id,
  title,
  description,
  runbook,
  limits,
  logType,
  severity,
}: Rule): readonly string[] {
  return [
    ...unless(isText(id) && isRuleId(id), 'id', id, 'lower-case words with hyphens between them'),
    ...unless(
      isText(title) && title.length <= MAX_TITLE_LENGTH,
      'title',
      title,
      `a text of 1 to ${MAX_TITLE_LENGTH} characters`,
    ),
    ...unless(isText(description), 'description', description, 'what the alert means'),
    ...unless(isText(runbook), 'runbook', runbook, 'what to do now'),
    ...unless(limits === undefined || isText(limits), 'limits', limits, 'what the rule cannot see'),
    ...unless(
      logType === AUDIT_FEED.logType,
      'logType',
      logType,
      `${AUDIT_FEED.logType}, the only one there is`,
    ),
    ...unless(
      typeof severity === 'function' || SEVERITIES.includes(severity),
      'severity',
      severity,
      `one of ${SEVERITIES.join(', ')}, or a function of the event`,
    ),
  ];
}

function attackProblems({ attack }: Rule): readonly string[] {
  if (!Array.isArray(attack) || attack.length === 0)
    return unless(false, 'attack', attack, 'at least one reference to MITRE ATT&CK');
  return (attack as Rule['attack']).flatMap(({ tactic, technique, name }) => [
    ...unless(isText(tactic) && TACTIC.test(tactic), 'attack.tactic', tactic, 'a tactic such as TA0006'),
    ...unless(
      isText(technique) && TECHNIQUE.test(technique),
      'attack.technique',
      technique,
      'a technique such as T1110 or T1110.003',
    ),
    ...unless(isText(name), 'attack.name', name, "the technique's name"),
  ]);
}

function functionProblems(rule: Rule): readonly string[] {
  const { what, distinct, correlation, novelty } = rule;
  const functions: readonly (readonly [field: string, holder: object, isOptional: boolean])[] = [
    ['matches', rule, false],
    ['groupBy', rule, false],
    ['what', rule, what === undefined],
    ['distinct', rule, distinct === undefined],
    ['correlation.completes', Object(correlation) as object, correlation === undefined],
    ['novelty.valueOf', Object(novelty) as object, novelty === undefined],
  ];
  return functions.flatMap(([field, holder, isOptional]) => {
    const name = field.replace(/^.*\./, '');
    // Every object inherits a `valueOf`.
    const value: unknown = Object.getOwnPropertyDescriptor(holder, name)?.value;
    return unless(isOptional || typeof value === 'function', field, value, 'a function of the event');
  });
}

function numberProblems({ threshold, windowMinutes, novelty }: Rule): readonly string[] {
  const { learningDays = 1, learnedSilently = 1 } = novelty ?? {};
  return [
    ...unless(
      isIntegerTo(MAX_THRESHOLD, threshold),
      'threshold',
      threshold,
      `an integer from 1 to ${MAX_THRESHOLD}`,
    ),
    ...unless(
      isIntegerTo(MAX_WINDOW_MINUTES, windowMinutes),
      'windowMinutes',
      windowMinutes,
      `an integer from 1 to ${MAX_WINDOW_MINUTES}`,
    ),
    ...unless(
      isIntegerTo(MAX_LEARNING_DAYS, learningDays),
      'novelty.learningDays',
      learningDays,
      `an integer from 1 to ${MAX_LEARNING_DAYS}`,
    ),
    ...unless(
      isIntegerTo(MAX_LEARNED_SILENTLY, learnedSilently),
      'novelty.learnedSilently',
      learnedSilently,
      `an integer from 1 to ${MAX_LEARNED_SILENTLY}`,
    ),
  ];
}

/** Whether a value is an integer from 1 to `most`. */
export function isIntegerTo(most: number, value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most;
}

function patternProblems(rule: Rule): readonly string[] {
  const { correlation, novelty, distinct, threshold, id, supersedes } = rule;
  return [
    ...unless(
      distinct === undefined || (correlation === undefined && novelty === undefined),
      'distinct',
      'given',
      'distinct without correlation and novelty',
    ),
    ...unless(
      distinct === undefined || threshold > 1,
      'threshold',
      threshold,
      '2 or more, for one event has only one value',
    ),
    ...unless(
      correlation === undefined || novelty === undefined,
      'novelty',
      'given',
      'correlation or novelty, not both',
    ),
    ...unless(
      novelty === undefined || threshold === 1,
      'threshold',
      threshold,
      '1, for a value is new only once',
    ),
    ...unless(
      Array.isArray(supersedes) && !supersedes.includes(id),
      'supersedes',
      supersedes,
      'a list of other rules than this one',
    ),
  ];
}

function exampleProblems({ examples }: Rule): readonly string[] {
  const { mustMatch, mustNotMatch, mustRaise = {} } = examples ?? {};
  const someEvent = 'at least one event, by a name that says what it shows';
  return [
    ...unless(hasEntries(mustMatch), 'examples.mustMatch', mustMatch, someEvent),
    ...unless(hasEntries(mustNotMatch), 'examples.mustNotMatch', mustNotMatch, someEvent),
    ...Object.entries(mustRaise).flatMap(([name, example]) =>
      unless(
        Array.isArray(example?.events) && example.events.length > 0 && Array.isArray(example.alerts),
        `examples.mustRaise.${name}`,
        example,
        'an object with events, at least one, and alerts, a list of what is expected of each',
      ),
    ),
  ];
}

function hasEntries(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}
