import {
  loadConfig,
  loadSharedConfigFiles,
  NODE_REGION_CONFIG_FILE_OPTIONS,
  NODE_REGION_CONFIG_OPTIONS,
} from '@smithy/core/config';
import { OperatorError } from '../errors/operator-error';

/** Which account and region to work in; both by the ordinary AWS rules where they are left out. */
export interface AwsChoice {
  readonly region?: string;
  /** Name of a profile in the AWS configuration files. */
  readonly profile?: string;
}

/**
 * The region: the one asked for, else as the AWS CLI finds it, which reads AWS_DEFAULT_REGION as well, unlike the SDK
 * (AWS CLI user guide, "Environment variables").
 * @throws OperatorError where no region is chosen anywhere, or there is no such profile
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

/** Sections of those files that describe something else (AWS SDKs and Tools Reference Guide, "Shared config and credentials files"). */
const NO_PROFILE = /^(?:sso-session|services)\./;

/** The SDK would only say that no credentials were found, or find those of somebody else. */
async function assertProfileExists(profile: string): Promise<void> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  const names = Object.keys({ ...configFile, ...credentialsFile }).filter((name) => !NO_PROFILE.test(name));
  if (names.includes(profile)) return;
  throw new OperatorError({
    what: `There is no profile ${JSON.stringify(profile)} in the AWS configuration files; they have ${names.join(', ') || 'none'}.`,
    whatToDo: 'Check --profile, or make the profile with aws configure sso.',
  });
}
