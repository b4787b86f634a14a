import type { AwsChoice } from './aws-region';
import { chooseRegion } from './aws-region';

interface ClientSettings {
  readonly region: () => Promise<string>;
  readonly profile?: string;
  readonly requestHandler: { readonly connectionTimeout: number };
}

type ClientClass<Client> = new (settings: ClientSettings) => Client;

/** A network that swallows packets must not hang a command: the SDK alone would wait for ever. */
const CONNECT_TIMEOUT_MS = 5_000;

/** The AWS SDK's clients, each made when it is first asked for, and only once. */
export class AwsClients {
  private readonly settings: ClientSettings;
  private readonly made = new Map<unknown, ObservedClient>();

  constructor(choice: AwsChoice) {
    let region: Promise<string> | undefined;
    this.settings = {
      region: () => (region ??= chooseRegion(choice)),
      profile: choice.profile,
      requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS },
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

  /** @throws OperatorError where no region is chosen anywhere, or the chosen profile is not there */
  region(): Promise<string> {
    return this.settings.region();
  }

  /** Closes the kept connections. */
  close(): void {
    for (const client of this.made.values()) client.destroy();
  }
}

/** A call of the AWS API, as the service's own reference names it. */
interface AwsCallName {
  /** For example `DynamoDB`. */
  readonly service: string;
  /** For example `GetItem`. */
  readonly operation: string;
}

type Step<Args, Result> = (args: Args) => Promise<Result>;

/** One step around each call, in the SDK's terms: it wraps the next step. */
type Middleware = <Args, Result>(
  next: Step<Args, Result>,
  context: { readonly clientName?: unknown; readonly commandName?: unknown },
) => Step<Args, Result>;

/** As much of an SDK client as is needed to watch its calls, and to end it. */
interface ObservedClient {
  readonly middlewareStack: {
    add(middleware: Middleware, options: { readonly step: 'initialize'; readonly name: string }): void;
  };
  destroy(): void;
}

const failedCalls = new WeakMap<object, AwsCallName>();

/** Notes of each error of this client which call it came from: the SDK's errors do not say. */
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
