import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DETECTION_FILE } from '../contract/deployment/detector-event';
import { DetectorEnvVar } from '../contract/deployment/environment';
import { requiredText } from '../shared/environment-text';
import { ConfigError } from '../shared/errors';
import type { Proxy } from '../shared/proxy';
import { proxyIn } from '../shared/proxy';
import type { Rule } from './core/rule/rule';
import type { Tuning } from './core/rule/tuning';
import { parseTuning } from './core/rule/tuning';
import { RULES } from './rules';

/** The function's validated settings. */
export interface Settings {
  readonly archiveBucket: string;
  readonly detectionTable: string;
  readonly alertTopicArn: string;
  /** @default - no messages for a chat */
  readonly chatTopicArn?: string;
  readonly workgroup: string;
  readonly database: string;
  readonly region: string;
  /** What metrics call the deployment. @default - it has the default name */
  readonly deployment?: string;
  /** Stack by which the command line finds the deployment. @default - it has the name of the deployment */
  readonly stack?: string;
  /** The way to AWS. @default - a direct one */
  readonly proxy?: Proxy;
  readonly tuning: Tuning;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What messages call the settings, as in the context of `cdk.json`. */
const PLACE = 'detection';

/**
 * Reads the environment, and the settings next to the code. Lambda sets region and code folder itself (AWS Lambda
 * Developer Guide, "Defined runtime environment variables").
 * @param ownRules that are bundled with the pack
 * @throws ConfigError with every problem at once
 */
export function parseSettings(environment: Environment, ownRules: readonly Rule[] = []): Settings {
  const problems: string[] = [];
  const text = requiredText(environment, problems);
  const optionalText = (name: string, expected: string): string | undefined =>
    environment[name] === undefined ? undefined : text(name, expected);
  const settings = {
    archiveBucket: text(DetectorEnvVar.ArchiveBucket, 'a bucket name'),
    detectionTable: text(DetectorEnvVar.DetectionTable, 'a table name'),
    alertTopicArn: text(DetectorEnvVar.AlertTopicArn, 'the ARN of a topic'),
    workgroup: text(DetectorEnvVar.Workgroup, 'the name of an Athena workgroup'),
    database: text(DetectorEnvVar.Database, 'the name of a Glue database'),
    region: text('AWS_REGION', 'an AWS region'),
    deployment: optionalText(DetectorEnvVar.Deployment, 'the name of a deployment'),
    stack: optionalText(DetectorEnvVar.Stack, 'a stack name'),
    proxy: proxyIn(environment),
  };
  const codeFolder = text('LAMBDA_TASK_ROOT', 'the folder of the code');
  if (problems.length > 0) throw new ConfigError(problems);
  const parsed = parseTuning(readDetectionFile(codeFolder), [...RULES, ...ownRules], PLACE);
  if (parsed.kind === 'problems') throw new ConfigError(parsed.problems);
  const chatTopicArn = environment[DetectorEnvVar.ChatTopicArn];
  return { ...settings, ...(chatTopicArn === undefined ? {} : { chatTopicArn }), tuning: parsed.tuning };
}

/**
 * Reads the detection settings next to the code.
 * @param codeFolder folder of the bundle
 * @returns as parsed; undefined if there is no such file
 * @throws ConfigError if it is not JSON
 */
function readDetectionFile(codeFolder: string): unknown {
  const file = join(codeFolder, DETECTION_FILE);
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch {
    throw new ConfigError([`${DETECTION_FILE} beside the code is no JSON; expected an object`]);
  }
}
