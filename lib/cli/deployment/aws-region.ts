import {
  loadConfig,
  loadSharedConfigFiles,
  NODE_REGION_CONFIG_FILE_OPTIONS,
  NODE_REGION_CONFIG_OPTIONS,
} from '@smithy/core/config';
import { OperatorError } from '../operator-error';

/** Account and region to work in. What is left out follows the usual AWS rules. */
export interface AwsChoice {
  readonly region?: string;
  /** Name of a profile in the AWS configuration files. */
  readonly profile?: string;
}

/**
 * The given region, or else the one that the AWS CLI would use. Unlike the SDK, the CLI also reads AWS_DEFAULT_REGION
 * (AWS CLI user guide, "Environment variables").
 * @throws OperatorError if no region is configured, or there is no such profile
 */
export async function chooseRegion({ region, profile }: AwsChoice): Promise<string> {
  if (profile !== undefined) await assertProfileExists(profile);
  const found = region ?? (await configuredRegion(profile));
  if (found !== undefined && found !== '') return found;
  throw new OperatorError({
    what: 'No AWS region is chosen: neither an option, nor the environment, nor the profile names one.',
    whatToDo: 'Give --region, or set AWS_REGION.',
  });
}

function configuredRegion(profile: string | undefined): Promise<string | undefined> {
  const load = loadConfig<string | undefined>(
    {
      environmentVariableSelector: ({ AWS_REGION, AWS_DEFAULT_REGION }) => AWS_REGION || AWS_DEFAULT_REGION,
      configFileSelector: NODE_REGION_CONFIG_OPTIONS.configFileSelector,
      default: undefined,
    },
    { ...NODE_REGION_CONFIG_FILE_OPTIONS, profile },
  );
  return load();
}

/** Sections that are not profiles (AWS SDKs and Tools Reference Guide, "Shared config and credentials files"). */
const NO_PROFILE = /^(?:sso-session|services)\./;

/** Without this check the SDK would only report missing credentials, or use those of another profile. */
async function assertProfileExists(profile: string): Promise<void> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  const names = Object.keys({ ...configFile, ...credentialsFile }).filter((name) => !NO_PROFILE.test(name));
  if (names.includes(profile)) return;
  throw new OperatorError({
    what: `There is no profile ${JSON.stringify(profile)} in the AWS configuration files; they have ${names.join(', ') || 'none'}.`,
    whatToDo: 'Check --profile, or make the profile with aws configure sso.',
  });
}
