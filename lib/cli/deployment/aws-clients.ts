import {
  loadConfig,
  loadSharedConfigFiles,
  NODE_REGION_CONFIG_FILE_OPTIONS,
  NODE_REGION_CONFIG_OPTIONS,
} from '@smithy/core/config';
import { agentOptions, proxyIn } from '../../../lambdas/shared/proxy';
import { OperatorError } from '../operator-error';

interface ClientSettings {
  readonly region: () => Promise<string>;
  readonly profile?: string;
  readonly requestHandler: {
    readonly connectionTimeout: number;
    readonly httpsAgent: ReturnType<typeof agentOptions>;
  };
}

type ClientClass<Client> = new (settings: ClientSettings) => Client;

/** A network that drops packets must not hang a command: by default the SDK would wait forever. */
const CONNECT_TIMEOUT_MS = 5_000;

/** AWS SDK clients, each created once, on first use. */
export class AwsClients {
  private readonly settings: ClientSettings;
  private readonly made = new Map<unknown, ObservedClient>();

  constructor(choice: AwsChoice) {
    let region: Promise<string> | undefined;
    this.settings = {
      region: () => (region ??= chooseRegion(choice)),
      profile: choice.profile,
      requestHandler: {
        connectionTimeout: CONNECT_TIMEOUT_MS,
        httpsAgent: agentOptions(proxyIn(process.env)),
      },
    };
  }

  /**
   * The client of this class.
   * @example `deployment.aws.client(S3Client)`
   */
  client<Client extends ObservedClient>(type: ClientClass<Client>): Client {
    const found = this.made.get(type);
    if (found instanceof type) return found;
    const client = new type(this.settings);
    noteFailedCalls(client);
    this.made.set(type, client);
    return client;
  }

  /** @throws OperatorError if no region is configured, or the chosen profile does not exist */
  region(): Promise<string> {
    return this.settings.region();
  }

  /** Closes the connections that are kept alive. */
  close(): void {
    for (const client of this.made.values()) client.destroy();
  }
}

/** An AWS API call, named as in the service's reference. */
interface AwsCallName {
  /** For example `DynamoDB`. */
  readonly service: string;
  /** For example `GetItem`. */
  readonly operation: string;
}

type Step<Args, Result> = (args: Args) => Promise<Result>;

/** SDK middleware: a step around each call that wraps the next step. */
type Middleware = <Args, Result>(
  next: Step<Args, Result>,
  context: { readonly clientName?: unknown; readonly commandName?: unknown },
) => Step<Args, Result>;

/** The part of an SDK client that is needed to watch its calls and to close it. */
interface ObservedClient {
  readonly middlewareStack: {
    add(middleware: Middleware, options: { readonly step: 'initialize'; readonly name: string }): void;
  };
  destroy(): void;
}

const failedCalls = new WeakMap<object, AwsCallName>();

/** Records for each error of this client which call it came from: SDK errors do not say. */
function noteFailedCalls(client: ObservedClient): void {
  const noteFailedCall: Middleware =
    (next, { clientName, commandName }) =>
    async (args) => {
      try {
        return await next(args);
      } catch (error) {
        const name = {
          service: withoutEnding(clientName, 'Client'),
          operation: withoutEnding(commandName, 'Command'),
        };
        if (typeof error === 'object' && error !== null) failedCalls.set(error, name);
        throw error;
      }
    };
  client.middlewareStack.add(noteFailedCall, { step: 'initialize', name: noteFailedCall.name });
}

/** The call that an error came from, if it came from a watched client. */
export function failedCall(error: object): AwsCallName | undefined {
  return failedCalls.get(error);
}

function withoutEnding(name: unknown, ending: string): string {
  return String(name).replace(new RegExp(`${ending}$`), '');
}

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
async function chooseRegion({ region, profile }: AwsChoice): Promise<string> {
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
