import { readFile } from 'node:fs/promises';
import { ExitCode } from '../exit-code';
import { OperatorError } from '../operator-error';

export interface SettingsOptions {
  /** A file like `cdk.json`. @default - `cdk.json`, if it is there */
  readonly settings?: string;
  /** Whether the pack is to be taken as it comes. */
  readonly untuned?: boolean;
}

/** The tuning of detection as it was found, not judged yet. */
export interface FoundSettings {
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
