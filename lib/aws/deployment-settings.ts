import type { ErrorObject, ValidateFunction } from 'ajv';
import Ajv from 'ajv';
import { Token } from 'aws-cdk-lib';
import type { DeploymentRules } from '../../lambdas/detector/core/rule/own-rules';
import { withOwnRules } from '../../lambdas/detector/core/rule/own-rules';
import { parseTuning } from '../../lambdas/detector/core/rule/tuning';
import { RULES } from '../../lambdas/detector/rules/index';
import { loadRulesFolder, RulesFolderError } from '../build/rules-folder';
import type { AdoptSettings } from './adopt-schema';
import type { ArchiveSettings } from './archive-schema';
import type { DeploymentSettings, SourceSettings } from './deployment-schema';
import { DEPLOYMENT_SCHEMA, DOCUMENTED, tuningOf } from './deployment-schema';

/** Other keys in the context are the CDK's own and carry a scope: `@aws-cdk/…`, `aws:cdk:…`. */
const SETTING_NAME = /^[a-z]+$/i;

/** With a window of fewer scheduled runs, one late run would count as silence. */
const RUNS_IN_NO_DATA_WINDOW = 3;
const SOURCES_IN_FLEET =
  'fleet is true beside sources; expected one of them, for the sources of a fleet are in its table: put the list into a file for netskope-audit sources add --file';
const NOTHING_TO_COLLECT = 'sources are all retired; expected at least one that is collected';

/** Settings that may name what the same app makes: their value is known only to CloudFormation. */
const MAY_BE_TOKEN =
  /^\/(?:archive\/kmsKeyArn|adopt\/(?:archiveBucket|checkpointTable|alarmTopicArn)|network\/.+)$/;

/** Characters of a received value in a message. */
const SHOWN_LENGTH = 80;

/** Where settings were read, for messages. */
interface SettingsOrigin {
  /** Begins the message. */
  readonly title: string;
  /** What has an unknown setting at the top. */
  readonly top: string;
}

const CONTEXT: SettingsOrigin = { title: 'The CDK context (cdk.json)', top: 'the context' };

/** The settings cannot be deployed. The message lists every problem: what, received, expected. */
export class DeploymentSettingsError extends Error {
  override readonly name = 'DeploymentSettingsError';

  constructor(
    readonly problems: readonly string[],
    title: string,
  ) {
    super(`${title} cannot be deployed:\n${problems.map((line) => `- ${line}`).join('\n')}`);
  }
}

/**
 * Validates the settings of the app and applies their defaults.
 * @param context the whole CDK context, including the CDK's own keys
 * @throws DeploymentSettingsError with every problem at once
 */
export function readDeploymentSettings(context: Readonly<Record<string, unknown>>): DeploymentSettings {
  const own = Object.entries(context).filter(([name]) => SETTING_NAME.test(name));
  return readSettings<DeploymentSettings>(DEPLOYMENT_SCHEMA, Object.fromEntries(own), CONTEXT);
}

/** The settings of app and construct, as far as one part of them limits another. */
type RelatedSettings = Pick<
  DeploymentSettings,
  'sources' | 'fleet' | 'dailyMessage' | 'archive' | 'adopt' | 'detection'
>;

/**
 * Validates settings and applies their defaults.
 * @param received is left unchanged
 * @param mayAllBeRetired whether something is collected even if all of `sources` are retired
 * @throws DeploymentSettingsError with every problem at once
 */
export function readSettings<Settings extends RelatedSettings>(
  schema: object,
  received: object,
  { title, top }: SettingsOrigin,
  mayAllBeRetired = false,
): Settings {
  const settings = structuredClone(received) as Settings;
  const validate = validatorOf(schema);
  const errors = validate(settings) ? [] : (validate.errors ?? []).filter((error) => !isAboutToken(error));
  const isFleet = settings.fleet === true;
  const problems = [
    ...inWords(errors, top),
    ...(isFleet && 'sources' in received && received.sources !== undefined ? [SOURCES_IN_FLEET] : []),
    ...crossFieldProblems(settings, errors, mayAllBeRetired),
    ...detectionProblems(settings),
  ];
  if (problems.length > 0) throw new DeploymentSettingsError(problems, title);
  const sources = (isFleet ? [] : settings.sources).map((source) => ({
    ...source,
    label: source.label ?? source.id,
  }));
  return { ...settings, sources };
}

const validators = new WeakMap<object, ValidateFunction>();

function validatorOf(schema: object): ValidateFunction {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  const ajv = new Ajv({ allErrors: true, verbose: true, useDefaults: true, allowUnionTypes: true });
  ajv.addVocabulary([DOCUMENTED]);
  const validator = ajv.compile(schema);
  validators.set(schema, validator);
  return validator;
}

function isAboutToken({ instancePath, keyword, data }: ErrorObject): boolean {
  return keyword === 'pattern' && MAY_BE_TOKEN.test(instancePath) && Token.isUnresolved(data);
}

/** Problems of rules of one's own, and of the rules' settings, which the function itself would refuse when it starts. */
function detectionProblems({ detection }: RelatedSettings): readonly string[] {
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
function inWords(errors: readonly ErrorObject[], top: string): string[] {
  // The error about the name itself says more.
  const told = errors.filter(({ keyword }) => keyword !== 'propertyNames');
  return [...new Set(told.map((error) => problemOf(error, top)))];
}

function problemOf(error: ErrorObject, top: string): string {
  const { instancePath, keyword, params, data, parentSchema, propertyName } = error;
  const place = instancePath === '' ? top : placeOf(instancePath);
  const schema = parentSchema as { readonly description: string; readonly properties?: object };
  const { additionalProperty, missingProperty } = params as Record<string, string | undefined>;
  if (keyword === 'additionalProperties') {
    const known = Object.keys(schema.properties ?? {}).join(', ');
    return `${place} has an unknown setting ${receivedValue(additionalProperty)}; expected one of ${known}`;
  }
  if (keyword === 'required') return `${place} has no ${missingProperty}; expected ${schema.description}`;
  if (propertyName !== undefined)
    return `${place} has the name ${receivedValue(propertyName)}; expected ${schema.description}`;
  return `${place} is ${receivedValue(data)}; expected ${schema.description}`;
}

/** `/sources/0/id` as it would be written in code: `sources[0].id`. */
function placeOf(instancePath: string): string {
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
  readonly adopt?: AdoptSettings;
}

function wholeParts(
  { sources, archive, adopt }: RelatedSettings,
  errors: readonly ErrorObject[],
): WholeParts {
  const isWhole = (path: string): boolean =>
    !errors.some(({ instancePath }) => instancePath === path || instancePath.startsWith(`${path}/`));
  const listed = (Array.isArray(sources) ? sources : []) as readonly SourceSettings[];
  const places = listed.map((source, place) => ({ place, source }));
  return {
    sources: places.filter(({ place }) => isWhole(`/sources/${place}`)),
    areAllSources: !errors.some(({ instancePath }) => instancePath.startsWith('/sources')),
    archive: isWhole('/archive') ? archive : undefined,
    adopt: isWhole('/adopt') ? adopt : undefined,
  };
}

/**
 * Cross-field checks: problems between settings that are each valid, as sentences.
 * @param settings as received, defaults filled in
 * @param errors of single settings; the settings that they concern are not checked here
 */
function crossFieldProblems(
  settings: RelatedSettings,
  errors: readonly ErrorObject[],
  mayAllBeRetired: boolean,
): string[] {
  const { sources, areAllSources, archive, adopt } = wholeParts(settings, errors);
  const isNothingCollected =
    !mayAllBeRetired && areAllSources && sources.every(({ source }) => source.retired);
  return [
    ...repeatedIds(sources),
    ...(isNothingCollected ? [NOTHING_TO_COLLECT] : []),
    ...sources.flatMap(windowProblems),
    ...(archive === undefined ? [] : archiveProblems(archive)),
    ...(archive?.signing === true && settings.dailyMessage === false ? [NOTHING_TO_SIGN] : []),
    ...(archive === undefined || adopt === undefined ? [] : adoptedBucketProblems(archive, adopt)),
  ];
}

const NOTHING_TO_SIGN =
  'archive.signing is true beside dailyMessage, false; expected the daily message, whose heads are what is signed';

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

/** What the stack cannot do to a bucket that is not its own. */
function adoptedBucketProblems(archive: ArchiveSettings, { archiveBucket }: AdoptSettings): string[] {
  if (archiveBucket === undefined) return [];
  const problems: string[] = [];
  if (archive.createKmsKey)
    problems.push(
      'archive.createKmsKey is true; expected false beside adopt.archiveBucket, whose objects have a key or none already; name it in archive.kmsKeyArn',
    );
  for (const setting of ['objectLock', 'expireAfterDays'] as const)
    if (archive[setting] !== undefined)
      problems.push(
        `archive.${setting} is ${receivedValue(archive[setting])}; expected none beside adopt.archiveBucket, which keeps its own retention`,
      );
  return problems;
}

/** A setting as received, for a message: JSON, shortened if it is long. */
function receivedValue(value: unknown): string {
  return (JSON.stringify(value) ?? 'not set').slice(0, SHOWN_LENGTH);
}
