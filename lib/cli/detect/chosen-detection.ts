import { readFile } from 'node:fs/promises';
import type { TunedRule } from '../../../lambdas/detector/core/rule/tuned-rule';
import type { RuleTuning, Tuning, TuningSettings } from '../../../lambdas/detector/core/rule/tuning';
import { parseTuning } from '../../../lambdas/detector/core/rule/tuning';
import { RULES } from '../../../lambdas/detector/rules/index';
import { ExitCode, OperatorError } from '../errors/operator-error';

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
export function describeTuning({ origin, switchedOff }: ChosenDetection): string {
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

interface SettingsOptions {
  /** A file like `cdk.json`. @default - `cdk.json`, if it is there */
  readonly settings?: string;
  /** Whether the pack is to be taken as it comes. */
  readonly untuned?: boolean;
}

/** The tuning of detection as it was found, not judged yet. */
interface FoundSettings {
  /** The file that was looked into. */
  readonly file: string;
  /** Undefined where there are none, and the pack is taken as it comes. */
  readonly settings?: unknown;
  /** Where the settings are from, as a sentence. */
  readonly origin: string;
}

const DEFAULT_FILE = 'cdk.json';

/** Of `context.detection`, what says whether and for whom detection is deployed, and nothing about the rules. */
const OF_DEPLOYMENT: readonly string[] = ['enabled', 'alertEmails'];

/** @throws OperatorError where the file that was named cannot be read, or is no JSON object */
async function readDetectionSettings({
  settings: named,
  untuned = false,
}: SettingsOptions): Promise<FoundSettings> {
  const file = named ?? DEFAULT_FILE;
  if (untuned) return { file, origin: 'The pack as it comes.' };
  const text = await readText(file, named === undefined);
  if (text === undefined) return { file, origin: `The pack as it comes: there is no ${file} here.` };
  const { context } = parsed(text, file);
  const { detection } = isObject(context) ? context : {};
  if (detection === undefined)
    return { file, origin: `The pack as it comes: ${file} has no context.detection.` };
  const settings = isObject(detection) ? withoutDeployment(detection) : detection;
  const isOff = isObject(detection) && detection.enabled === false;
  const origin = `Tuned by context.detection of ${file}${isOff ? ', which leaves detection out of the deployment' : ''}.`;
  return { file, settings, origin };
}

/** @returns undefined where there is no such file, and there need not be one */
async function readText(file: string, isOptional: boolean): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    if (isOptional && code === 'ENOENT') return undefined;
    throw wrongFile(`${file} cannot be read: ${code}.`, cause);
  }
}

function parsed(text: string, file: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw wrongFile(`${file} is no JSON; expected a file like cdk.json.`, cause);
  }
  if (isObject(value)) return value;
  throw wrongFile(`${file} is no JSON object; expected a file like cdk.json.`);
}

function wrongFile(what: string, cause?: unknown): OperatorError {
  const whatToDo = 'Name the right file with --settings, or try the pack as it comes with --untuned.';
  return new OperatorError({ what, whatToDo, exitCode: ExitCode.WrongUsage }, { cause });
}

function withoutDeployment(detection: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(detection).filter(([name]) => !OF_DEPLOYMENT.includes(name)));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
