import type { ErrorObject } from 'ajv';
import Ajv from 'ajv';
import type { DeploymentRules } from '../../lambdas/detector/core/rule/own-rules';
import { withOwnRules } from '../../lambdas/detector/core/rule/own-rules';
import { parseTuning } from '../../lambdas/detector/core/rule/tuning';
import { RULES } from '../../lambdas/detector/rules/index';
import { loadRulesFolder, RulesFolderError } from '../build/rules-folder';
import type { ArchiveSettings, DeploymentSettings, SourceSettings } from './deployment-schema';
import { DEPLOYMENT_SCHEMA, DOCUMENTED, tuningOf } from './deployment-schema';

/** Other keys in the context are the CDK's own and carry a scope: `@aws-cdk/…`, `aws:cdk:…`. */
const SETTING_NAME = /^[a-z]+$/i;

/** With a window of fewer scheduled runs, one late run would count as silence. */
const RUNS_IN_NO_DATA_WINDOW = 3;
const NOTHING_TO_COLLECT = 'sources are all retired; expected at least one that is collected';

/** Characters of a received value in a message. */
const SHOWN_LENGTH = 80;

/** The context cannot be deployed. The message lists every problem: what, received, expected. */
export class DeploymentSettingsError extends Error {
  override readonly name = 'DeploymentSettingsError';

  constructor(readonly problems: readonly string[]) {
    super(
      `The CDK context (cdk.json) cannot be deployed:\n${problems.map((line) => `- ${line}`).join('\n')}`,
    );
  }
}

/**
 * Validates the settings and applies their defaults.
 * @param context the whole CDK context, including the CDK's own keys
 * @throws DeploymentSettingsError with every problem at once
 */
export function readDeploymentSettings(context: Readonly<Record<string, unknown>>): DeploymentSettings {
  const own = Object.entries(context).filter(([name]) => SETTING_NAME.test(name));
  const settings: unknown = structuredClone(Object.fromEntries(own));
  const ajv = new Ajv({ allErrors: true, verbose: true, useDefaults: true, allowUnionTypes: true });
  ajv.addVocabulary([DOCUMENTED]);
  const validate = ajv.compile<DeploymentSettings>(DEPLOYMENT_SCHEMA);
  const errors = validate(settings) ? [] : (validate.errors ?? []);
  const problems = [
    ...inWords(errors),
    ...crossFieldProblems(settings as DeploymentSettings, errors),
    ...detectionProblems(settings as DeploymentSettings),
  ];
  if (problems.length > 0) throw new DeploymentSettingsError(problems);
  const { sources, ...others } = settings as DeploymentSettings;
  return { ...others, sources: sources.map((source) => ({ ...source, label: source.label ?? source.id })) };
}

/** Problems of rules of one's own, and of the rules' settings, which the function itself would refuse when it starts. */
function detectionProblems({ detection }: DeploymentSettings): readonly string[] {
  if (typeof detection !== 'object' || detection === null) return [];
  const { rules, problems } = rulesOf(detection);
  if (problems.length > 0) return problems;
  const parsed = parseTuning(tuningOf(detection), rules, 'detection');
  return parsed.kind === 'problems' ? parsed.problems : [];
}

function rulesOf({ rulesFolder }: DeploymentSettings['detection']): DeploymentRules {
  if (typeof rulesFolder !== 'string' || rulesFolder === '') return { rules: RULES, problems: [] };
  try {
    return withOwnRules(RULES, loadRulesFolder(rulesFolder));
  } catch (error) {
    if (!(error instanceof RulesFolderError)) throw error;
    return { rules: RULES, problems: [`detection.rulesFolder is ${error.message}`] };
  }
}

/** One sentence per setting, even if its value breaks several rules. */
function inWords(errors: readonly ErrorObject[]): string[] {
  // The error about the name itself says more.
  return [...new Set(errors.filter(({ keyword }) => keyword !== 'propertyNames').map(problemOf))];
}

function problemOf({ instancePath, keyword, params, data, parentSchema, propertyName }: ErrorObject): string {
  const schema = parentSchema as { readonly description: string; readonly properties?: object };
  const { additionalProperty, missingProperty } = params as Record<string, string | undefined>;
  if (keyword === 'additionalProperties') {
    const known = Object.keys(schema.properties ?? {}).join(', ');
    return `${placeOf(instancePath)} has an unknown setting ${receivedValue(additionalProperty)}; expected one of ${known}`;
  }
  if (keyword === 'required')
    return `${placeOf(instancePath)} has no ${missingProperty}; expected ${schema.description}`;
  if (propertyName !== undefined)
    return `${placeOf(instancePath)} has the name ${receivedValue(propertyName)}; expected ${schema.description}`;
  return `${placeOf(instancePath)} is ${receivedValue(data)}; expected ${schema.description}`;
}

/** `/sources/0/id` as it would be written in code: `sources[0].id`. */
function placeOf(instancePath: string): string {
  if (instancePath === '') return 'the context';
  return instancePath
    .slice(1)
    .replaceAll(/\/(\d+)/g, '[$1]')
    .replaceAll('/', '.')
    .replaceAll('~1', '/');
}

/** The settings whose shape is valid, each source with its place in the list. */
interface WholeParts {
  readonly sources: readonly { readonly place: number; readonly source: SourceSettings }[];
  readonly areAllSources: boolean;
  readonly archive?: ArchiveSettings;
}

function wholeParts({ sources, archive }: DeploymentSettings, errors: readonly ErrorObject[]): WholeParts {
  const isWhole = (path: string): boolean =>
    !errors.some(({ instancePath }) => instancePath === path || instancePath.startsWith(`${path}/`));
  const listed = (Array.isArray(sources) ? sources : []) as readonly SourceSettings[];
  const places = listed.map((source, place) => ({ place, source }));
  return {
    sources: places.filter(({ place }) => isWhole(`/sources/${place}`)),
    areAllSources: !errors.some(({ instancePath }) => instancePath.startsWith('/sources')),
    archive: isWhole('/archive') ? archive : undefined,
  };
}

/**
 * Cross-field checks: problems between settings that are each valid, as sentences.
 * @param settings as received, defaults filled in
 * @param errors of single settings; the settings that they concern are not checked here
 */
function crossFieldProblems(settings: DeploymentSettings, errors: readonly ErrorObject[]): string[] {
  const { sources, areAllSources, archive } = wholeParts(settings, errors);
  return [
    ...repeatedIds(sources),
    ...(areAllSources && sources.every(({ source }) => source.retired) ? [NOTHING_TO_COLLECT] : []),
    ...sources.flatMap(windowProblems),
    ...(archive === undefined ? [] : archiveProblems(archive)),
  ];
}

function repeatedIds(sources: WholeParts['sources']): string[] {
  const firstPlace = new Map<string, number>();
  return sources.flatMap(({ place, source: { id } }) => {
    const first = firstPlace.get(id);
    if (first === undefined) {
      firstPlace.set(id, place);
      return [];
    }
    return [
      `sources[${place}].id is ${receivedValue(id)}, as sources[${first}].id is; expected a different one`,
    ];
  });
}

function windowProblems({ place, source }: WholeParts['sources'][number]): string[] {
  const leastMinutes = RUNS_IN_NO_DATA_WINDOW * source.scheduleMinutes;
  if (source.noDataWindowMinutes >= leastMinutes) return [];
  return [
    `sources[${place}].noDataWindowMinutes is ${source.noDataWindowMinutes}; expected at least ${leastMinutes}, ` +
      `${RUNS_IN_NO_DATA_WINDOW} times its scheduleMinutes, or one late run would look like silence`,
  ];
}

function archiveProblems({
  createKmsKey,
  kmsKeyArn,
  objectLock,
  expireAfterDays,
}: ArchiveSettings): string[] {
  const problems: string[] = [];
  if (createKmsKey && kmsKeyArn !== undefined)
    problems.push(
      'archive has both createKmsKey and kmsKeyArn; expected one of them, for a bucket has one key',
    );
  if (objectLock !== undefined && expireAfterDays !== undefined && expireAfterDays < objectLock.days)
    problems.push(
      `archive.expireAfterDays is ${expireAfterDays}; expected at least archive.objectLock.days, ${objectLock.days}, ` +
        'for a locked object does not expire',
    );
  return problems;
}

/** A setting as received, for a message: JSON, shortened if it is long. */
function receivedValue(value: unknown): string {
  return (JSON.stringify(value) ?? 'not set').slice(0, SHOWN_LENGTH);
}
