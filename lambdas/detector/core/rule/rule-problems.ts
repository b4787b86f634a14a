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

/** Everything that is wrong with a rule, each as `<field> is <value>; expected <what>`. */
export function ruleProblems(rule: Rule): readonly string[] {
  return [
    ...textProblems(rule),
    ...attackProblems(rule),
    ...numberProblems(rule),
    ...patternProblems(rule),
    ...exampleProblems(rule),
  ];
}

function unless(isRight: boolean, field: string, value: unknown, expected: string): readonly string[] {
  return isRight ? [] : [`${field} is ${JSON.stringify(value) ?? 'absent'}; expected ${expected}`];
}

function textProblems({ id, title, description, runbook, logType, severity }: Rule): readonly string[] {
  return [
    ...unless(RULE_ID.test(id), 'id', id, 'lower-case words with hyphens between them'),
    ...unless(
      title.trim() !== '' && title.length <= MAX_TITLE_LENGTH,
      'title',
      title,
      `a text of 1 to ${MAX_TITLE_LENGTH} characters`,
    ),
    ...unless(description.trim() !== '', 'description', description, 'what the alert means'),
    ...unless(runbook.trim() !== '', 'runbook', runbook, 'what to do now'),
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
  return [
    ...unless(attack.length > 0, 'attack', attack, 'at least one reference to MITRE ATT&CK'),
    ...attack.flatMap(({ tactic, technique, name }) => [
      ...unless(TACTIC.test(tactic), 'attack.tactic', tactic, 'a tactic such as TA0006'),
      ...unless(
        TECHNIQUE.test(technique),
        'attack.technique',
        technique,
        'a technique such as T1110 or T1110.003',
      ),
      ...unless(name.trim() !== '', 'attack.name', name, "the technique's name"),
    ]),
  ];
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
    ...unless(!supersedes.includes(id), 'supersedes', supersedes, 'other rules than this one'),
  ];
}

function exampleProblems({ examples }: Rule): readonly string[] {
  const { mustMatch, mustNotMatch } = examples;
  return [
    ...unless(
      Object.keys(mustMatch).length > 0,
      'examples.mustMatch',
      mustMatch,
      'at least one event, by a name that says what it shows',
    ),
    ...unless(
      Object.keys(mustNotMatch).length > 0,
      'examples.mustNotMatch',
      mustNotMatch,
      'at least one event, by a name that says what it shows',
    ),
  ];
}
