import { parseTuning } from '../../../lambdas/detector/core/rule/tuning';
import type { RuleTuning, Tuning, TuningSettings } from '../../../lambdas/detector/core/rule/tuning';
import type { TunedRule } from '../../../lambdas/detector/core/rule/tuned-rule';
import { RULES } from '../../../lambdas/detector/rules/index';
import { ExitCode } from '../exit-code';
import { OperatorError } from '../operator-error';
import { readDetectionSettings } from './detection-settings';
import type { SettingsOptions } from './detection-settings';

export interface RuleOptions extends SettingsOptions {
  /** Ids of the rules that are asked for. @default - all that are switched on */
  readonly rule?: readonly string[];
}

/** Detection as it is to be tried. */
export interface ChosenDetection {
  /** What is judged by: always the whole pack, for rules may take events from each other. */
  readonly tuning: Tuning;
  /** The rules that are asked for, in the order of the pack. */
  readonly rules: readonly TunedRule[];
  /** As the file has them, by rule id. */
  readonly ruleSettings: Readonly<Record<string, RuleTuning>>;
  /** Ids of the rules that are left out because the settings switch them off. */
  readonly switchedOff: readonly string[];
  /** Where the tuning is from, as a sentence. */
  readonly origin: string;
  /** Where the tuning is from; undefined for the pack as it comes. */
  readonly settingsFile?: string;
}

/** @throws OperatorError where there is no such rule, or the settings are wrong: all of what is wrong with them */
export async function chooseDetection(options: RuleOptions): Promise<ChosenDetection> {
  const named = namedRules(options.rule);
  const { origin, file, settings: found } = await readDetectionSettings(options);
  const { settings } = judged(found ?? {}, file);
  const { tuning } = judged(withRulesOn(settings, named), file);
  const isOn = new Set(tuning.rules.map(({ rule }) => rule.id));
  const isAskedFor = (id: string): boolean => named.size === 0 || named.has(id);
  return {
    tuning,
    rules: tuning.rules.filter(({ rule }) => isAskedFor(rule.id)),
    ruleSettings: settings.rules ?? {},
    switchedOff: RULES.map(({ id }) => id).filter((id) => isAskedFor(id) && !isOn.has(id)),
    origin,
    settingsFile: found === undefined ? undefined : file,
  };
}

/** Where the tuning is from, and which rules it leaves out. */
export function tuningInWords({ origin, switchedOff }: ChosenDetection): string {
  return switchedOff.length === 0 ? origin : `${origin} Switched off: ${switchedOff.join(', ')}.`;
}

function namedRules(ids: readonly string[] = []): ReadonlySet<string> {
  const known = RULES.map(({ id }) => id);
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown === undefined) return new Set(ids);
  throw new OperatorError({
    what: `--rule is ${JSON.stringify(unknown)}; expected one of ${known.join(', ')}.`,
    whatToDo: 'npx netskope-audit detect --list shows the rules.',
    exitCode: ExitCode.WrongUsage,
  });
}

/** The settings, once nothing is wrong with them, and what they make of the pack. */
function judged(settings: unknown, file: string): { settings: TuningSettings; tuning: Tuning } {
  const parsed = parseTuning(settings, RULES, 'detection');
  if (parsed.kind === 'tuning') return { settings: settings as TuningSettings, tuning: parsed.tuning };
  throw new OperatorError({
    what: [`The context of ${file} is wrong:`, ...parsed.problems.map((text) => `  - ${text}`)].join('\n'),
    whatToDo: 'Put it right, or try the pack as it comes with --untuned.',
    exitCode: ExitCode.WrongUsage,
  });
}

/** A rule that is named is to be tried, although it is switched off. */
function withRulesOn(settings: TuningSettings, named: ReadonlySet<string>): TuningSettings {
  const switchedOn = [...named].map((id) => [id, { ...settings.rules?.[id], enabled: true }] as const);
  return { ...settings, rules: { ...settings.rules, ...Object.fromEntries(switchedOn) } };
}
