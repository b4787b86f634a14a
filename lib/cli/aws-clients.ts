import { noteFailedCalls } from './aws-call-names';
import type { ObservedClient } from './aws-call-names';
import { chooseRegion } from './aws-region';
import type { AwsChoice } from './aws-region';

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
