import Ajv from 'ajv';
import type { ErrorObject } from 'ajv';
import { parseTuning } from '../../lambdas/detector/core/rule/tuning';
import { RULES } from '../../lambdas/detector/rules';
import { contradictions } from './contradictions';
import { DEPLOYMENT_SCHEMA } from './deployment-schema';
import type { DeploymentSettings } from './deployment-schema';
import { DOCUMENTED, tuningOf } from './detection-schema';
import { receivedValue } from './received-value';

/** The context says something that cannot be deployed. The message lists every problem: what, received, expected. */
export class DeploymentSettingsError extends Error {
  override readonly name = 'DeploymentSettingsError';

  constructor(readonly problems: readonly string[]) {
    super(
      `The CDK context (cdk.json) cannot be deployed:\n${problems.map((line) => `- ${line}`).join('\n')}`,
    );
  }
}

/** Names of other keys in the context are of the CDK and carry a scope: `@aws-cdk/…`, `aws:cdk:…`. */
const SETTING_NAME = /^[a-z]+$/i;

/**
 * Judges the settings and fills in their defaults.
 * @param context the whole CDK context, with the keys of the CDK itself
 * @throws DeploymentSettingsError with every problem at once
 */
export function readDeploymentSettings(context: Readonly<Record<string, unknown>>): DeploymentSettings {
  const own = Object.entries(context).filter(([name]) => SETTING_NAME.test(name));
  const settings: unknown = structuredClone(Object.fromEntries(own));
  const ajv = new Ajv({ allErrors: true, verbose: true, useDefaults: true });
  ajv.addVocabulary([DOCUMENTED]);
  const validate = ajv.compile<DeploymentSettings>(DEPLOYMENT_SCHEMA);
  const errors = validate(settings) ? [] : (validate.errors ?? []);
  const problems = [
    ...inWords(errors),
    ...contradictions(settings as DeploymentSettings, errors),
    ...tuningProblems(settings as DeploymentSettings),
  ];
  if (problems.length > 0) throw new DeploymentSettingsError(problems);
  return settings as DeploymentSettings;
}

/** What of the rules' tuning the function itself would refuse when it starts. */
function tuningProblems({ detection }: DeploymentSettings): readonly string[] {
  if (typeof detection !== 'object' || detection === null) return [];
  const parsed = parseTuning(tuningOf(detection), RULES, 'detection');
  return parsed.kind === 'problems' ? parsed.problems : [];
}

/** One sentence a place: a value that breaks several rules of its place is wrong once. */
function inWords(errors: readonly ErrorObject[]): string[] {
  return [...new Set(errors.map(problemOf))];
}

function problemOf({ instancePath, keyword, params, data, parentSchema }: ErrorObject): string {
  const schema = parentSchema as { readonly description: string; readonly properties?: object };
  const { additionalProperty, missingProperty } = params as Record<string, string | undefined>;
  if (keyword === 'additionalProperties') {
    const known = Object.keys(schema.properties ?? {}).join(', ');
    return `${placeOf(instancePath)} has an unknown setting ${receivedValue(additionalProperty)}; expected one of ${known}`;
  }
  if (keyword === 'required')
    return `${placeOf(instancePath)} has no ${missingProperty}; expected ${schema.description}`;
  return `${placeOf(instancePath)} is ${receivedValue(data)}; expected ${schema.description}`;
}

/** `/sources/0/id` as it would be written in code: `sources[0].id`. */
function placeOf(instancePath: string): string {
  if (instancePath === '') return 'the context';
  return instancePath
    .slice(1)
    .replaceAll(/\/(\d+)/g, '[$1]')
    .replaceAll('/', '.');
}
