import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import type { Rule } from '../../../lambdas/detector/core/rule/rule';
import type { TunedRule } from '../../../lambdas/detector/core/rule/tuned-rule';
import type { RuleTuning, Tuning, TuningSettings } from '../../../lambdas/detector/core/rule/tuning';
import { parseTuning } from '../../../lambdas/detector/core/rule/tuning';
import { RULES } from '../../../lambdas/detector/rules/index';
import { ExitCode, OperatorError } from '../operator-error';

export interface RuleOptions extends SettingsOptions {
  /** Ids of the requested rules. @default - all that are enabled */
  readonly rule?: readonly string[];
}

/** The rules and settings that the command uses. */
export interface ChosenDetection {
  /** The pack, and the rules of one's own. */
  readonly pack: readonly Rule[];
  /** Tuning to evaluate with: always the whole pack, because one rule may take events from another. */
  readonly tuning: Tuning;
  /** The requested rules, in the order of the pack. */
  readonly rules: readonly TunedRule[];
  /** Settings as the file has them, by rule id. */
  readonly ruleSettings: Readonly<Record<string, RuleTuning>>;
  /** Ids of the requested rules that the settings disable. */
  readonly switchedOff: readonly string[];
  /** Where the tuning comes from, as a sentence. */
  readonly origin: string;
  /** The file that the tuning comes from; undefined for the untuned pack. */
  readonly settingsFile?: string;
}

/** @throws OperatorError if there is no such rule, or with every problem of the settings */
export async function chooseDetection(options: RuleOptions): Promise<ChosenDetection> {
  const { origin, file, settings: found, rulesFolder } = await readDetectionSettings(options);
  const pack = rulesFolder === undefined ? RULES : await packWith(rulesFolder);
  const named = namedRules(options.rule, pack);
  const { settings } = validated(found ?? {}, { pack, file });
  const { tuning } = validated(withRulesOn(settings, named), { pack, file });
  const isOn = new Set(tuning.rules.map(({ rule }) => rule.id));
  const isAskedFor = (id: string): boolean => named.size === 0 || named.has(id);
  return {
    pack,
    tuning,
    rules: tuning.rules.filter(({ rule }) => isAskedFor(rule.id)),
    ruleSettings: settings.rules ?? {},
    switchedOff: pack.map(({ id }) => id).filter((id) => isAskedFor(id) && !isOn.has(id)),
    origin,
    settingsFile: found === undefined ? undefined : file,
  };
}

/** Says where the tuning comes from and which rules it disables. */
export function describeTuning({ origin, switchedOff }: ChosenDetection): string {
  return switchedOff.length === 0 ? origin : `${origin} Switched off: ${switchedOff.join(', ')}.`;
}

async function packWith(rulesFolder: string): Promise<readonly Rule[]> {
  const { loadRules } = await import('./load-rules');
  const { rules, problems } = loadRules(rulesFolder);
  if (problems.length === 0) return rules;
  throw new OperatorError({
    what: ['Rules of your own are wrong:', ...problems.map((text) => `  - ${text}`)].join('\n'),
    whatToDo: `npx --no -- netskope-audit rules test ${rulesFolder} tries them.`,
    exitCode: ExitCode.WrongUsage,
  });
}

function namedRules(ids: readonly string[] = [], pack: readonly Rule[]): ReadonlySet<string> {
  const known = pack.map(({ id }) => id);
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown === undefined) return new Set(ids);
  throw new OperatorError({
    what: `--rule is ${JSON.stringify(unknown)}; expected one of ${known.join(', ')}.`,
    whatToDo: 'npx --no -- netskope-audit detect --list shows the rules.',
    exitCode: ExitCode.WrongUsage,
  });
}

/** The validated settings, and the pack tuned by them. @throws OperatorError with every problem */
function validated(
  settings: unknown,
  { pack, file }: { readonly pack: readonly Rule[]; readonly file: string },
): { settings: TuningSettings; tuning: Tuning } {
  const parsed = parseTuning(settings, pack, 'detection');
  if (parsed.kind === 'tuning') return { settings: settings as TuningSettings, tuning: parsed.tuning };
  throw new OperatorError({
    what: [`The context of ${file} is wrong:`, ...parsed.problems.map((text) => `  - ${text}`)].join('\n'),
    whatToDo: 'Put it right, or try the pack as it comes with --untuned.',
    exitCode: ExitCode.WrongUsage,
  });
}

/** A rule named with `--rule` is evaluated even if the settings disable it. */
function withRulesOn(settings: TuningSettings, named: ReadonlySet<string>): TuningSettings {
  const switchedOn = [...named].map((id) => [id, { ...settings.rules?.[id], enabled: true }] as const);
  return { ...settings, rules: { ...settings.rules, ...Object.fromEntries(switchedOn) } };
}

interface SettingsOptions {
  /** A file like `cdk.json`. @default - `cdk.json`, if it is there */
  readonly settings?: string;
  /** Whether to use the pack untuned. */
  readonly untuned?: boolean;
}

/** The detection settings as they were found, not yet validated. */
interface FoundSettings {
  /** The settings file; it may not exist. */
  readonly file: string;
  /** Undefined if there are none: the pack is used untuned. */
  readonly settings?: unknown;
  /** The folder of rules of one's own, relative to the current one; undefined if there are none. */
  readonly rulesFolder?: string;
  /** Where the settings come from, as a sentence. */
  readonly origin: string;
}

const DEFAULT_FILE = 'cdk.json';

/** Settings of `context.detection` that concern its deployment, not its rules. */
const OF_DEPLOYMENT: readonly string[] = ['enabled', 'alertEmails', 'chatNotifications', 'rulesFolder'];

/** @throws OperatorError if the named file cannot be read, or is not a JSON object */
export async function readDetectionSettings({
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
  return { file, settings, origin, rulesFolder: rulesFolderOf(detection, file) };
}

const DEFAULT_RULES_FOLDER = 'rules';

/** The folder that a `rules` command works on. @param asked as typed @throws OperatorError if `cdk.json` cannot be read */
export async function chosenRulesFolder(asked: string | undefined): Promise<string> {
  return asked ?? (await readDetectionSettings({})).rulesFolder ?? DEFAULT_RULES_FOLDER;
}

/** @throws OperatorError if it is no text */
function rulesFolderOf(detection: unknown, file: string): string | undefined {
  const { rulesFolder } = isObject(detection) ? detection : {};
  if (rulesFolder === undefined) return undefined;
  if (typeof rulesFolder === 'string')
    return isAbsolute(rulesFolder) ? rulesFolder : join(dirname(file), rulesFolder);
  throw wrongFile(`detection.rulesFolder in ${file} is ${JSON.stringify(rulesFolder)}; expected a path.`);
}

/** @returns undefined if the file is optional and does not exist */
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
