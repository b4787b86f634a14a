import type { Severity } from '../../../lambdas/contract/storage/alert-record';
import type { Rule } from '../../../lambdas/detector/core/rule/rule';
import type { ChosenDetection, RuleOptions } from '../detection/chosen-detection';
import { chooseDetection, describeTuning } from '../detection/chosen-detection';
import type { Session } from '../session';
import type { Cell, Column } from '../terminal/table';

const COLUMNS: readonly Column[] = [
  { title: 'rule' },
  { title: 'title' },
  { title: 'severity' },
  { title: 'threshold', align: 'right' },
  { title: 'window', titleInCsv: 'window, min', align: 'right' },
  { title: 'MITRE ATT&CK' },
];

/** A rule as it is tuned. */
interface ListedRule {
  readonly ruleId: string;
  readonly title: string;
  readonly isOn: boolean;
  readonly severity: Severity | 'by event';
  /** Events needed for an alert; for a correlation rule, those before the one that completes it. */
  readonly threshold: number;
  readonly windowMinutes: number;
  /** Only for rules that alert on new values. */
  readonly learningDays?: number;
  readonly mitreAttack: readonly string[];
  readonly meaning: string;
}

/** Prints the rules of the pack, and those of one's own. Needs no deployment. */
export async function listRules({ terminal }: Session, options: RuleOptions): Promise<void> {
  const detection = await chooseDetection(options);
  const listed = detection.pack.flatMap((rule) => listedRule(rule, detection) ?? []);
  terminal.table(COLUMNS, listed.map(row));
  terminal.print();
  terminal.print(describeTuning(detection));
  for (const rule of listed) terminal.json(rule);
}

/** @returns undefined if the rule is not requested */
function listedRule(
  rule: Rule,
  { rules, switchedOff, ruleSettings }: ChosenDetection,
): ListedRule | undefined {
  const tuned = rules.find((candidate) => candidate.rule === rule);
  if (tuned === undefined && !switchedOff.includes(rule.id)) return undefined;
  const settings = ruleSettings[rule.id];
  return {
    ruleId: rule.id,
    title: rule.title,
    isOn: tuned !== undefined,
    severity: settings?.severity ?? (typeof rule.severity === 'function' ? 'by event' : rule.severity),
    threshold: settings?.threshold ?? rule.threshold,
    windowMinutes: rule.windowMinutes,
    ...(rule.novelty === undefined ? {} : { learningDays: rule.novelty.learningDays }),
    mitreAttack: rule.attack.map(({ tactic, technique, name }) => `${tactic}:${technique} ${name}`),
    meaning: rule.description,
  };
}

function row(rule: ListedRule): Cell[] {
  const { ruleId, title, isOn, severity, threshold, learningDays, windowMinutes, mitreAttack } = rule;
  return [
    ruleId,
    title,
    isOn ? severity : 'off',
    learningDays === undefined ? threshold : 'new',
    { shown: `${windowMinutes} min`, value: windowMinutes },
    mitreAttack.join(', '),
  ];
}
