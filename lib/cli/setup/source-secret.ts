import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SecretCredentialStore } from '../../../lambdas/collector/adapters/secret';
import { CredentialError } from '../../../lambdas/collector/core/errors';
import type { SecretOwner } from '../../../lambdas/contract/deployment/source-secret';
import { SecretField, secretOf } from '../../../lambdas/contract/deployment/source-secret';
import { dayOf } from '../../../lambdas/contract/storage/archive-layout';
import type { Deployment } from '../deployment/deployment';
import { netskopeEndpoint, netskopeOrigin } from '../netskope/netskope-request';
import { ExitCode, OperatorError } from '../operator-error';
import type { Terminal } from '../terminal/terminal';

/** Domain and token of a tenant, as the operator gives them. */
export interface TenantCredentials {
  /** Bare host name. */
  readonly host: string;
  readonly token: string;
  /** The last day of the token, UTC: `2027-06-30`. */
  readonly tokenExpiresOn?: string;
}

/** What a secret holds before it is written. */
export type SecretContent =
  | { readonly kind: 'empty' }
  | ({ readonly kind: 'filled' } & TenantCredentials)
  /** Something the collector cannot use; `reason` names the field, never a value. */
  | { readonly kind: 'unusable'; readonly reason: string }
  /** This operator may write the secret but not read it. */
  | { readonly kind: 'unreadable' };

/** The secret of one source. */
export class SourceSecret {
  /** As the settings have it: an adopted one may be known by its ARN. */
  readonly name: string;
  private readonly source: SecretOwner;
  private readonly client: SecretsManagerClient;
  private readonly store: SecretCredentialStore;

  constructor(
    private readonly deployment: Deployment,
    sourceId: string,
  ) {
    const { aws, outputs, allowedDomains } = deployment;
    this.source = deployment.source(sourceId);
    this.name = secretOf(outputs.SecretNamePrefix, this.source);
    this.client = aws.client(SecretsManagerClient);
    this.store = new SecretCredentialStore(this.client, {
      namePrefix: outputs.SecretNamePrefix,
      allowedDomains,
      endpointUrl: netskopeEndpoint(process.env),
    });
  }

  /**
   * Reads the secret as the collector does.
   * @throws OperatorError if there is no such secret; the SDK's own error if AWS cannot be asked
   */
  async read(): Promise<SecretContent> {
    try {
      const credentials = await this.store.read(this.source);
      if (credentials === undefined) return { kind: 'empty' };
      const { host, token, tokenExpiresAtMs } = credentials;
      return {
        kind: 'filled',
        host,
        token,
        tokenExpiresOn: tokenExpiresAtMs === undefined ? undefined : dayOf(tokenExpiresAtMs),
      };
    } catch (error) {
      if (error instanceof CredentialError) return this.withoutCredentials(error);
      throw error;
    }
  }

  /** Writes a new value; AWS keeps the previous one as AWSPREVIOUS. */
  async write({ host, token, tokenExpiresOn }: TenantCredentials): Promise<void> {
    const fields = {
      [SecretField.Domain]: host,
      [SecretField.Token]: token,
      ...(tokenExpiresOn === undefined ? {} : { [SecretField.TokenExpiresAt]: tokenExpiresOn }),
    };
    await this.client.send(
      new PutSecretValueCommand({ SecretId: this.name, SecretString: JSON.stringify(fields) }),
    );
  }

  /** An error without a cause is about the content; one with a cause comes from the call. */
  private withoutCredentials({ message, cause }: CredentialError): SecretContent {
    if (!(cause instanceof Error)) return { kind: 'unusable', reason: message };
    if (cause.name === 'AccessDeniedException') return { kind: 'unreadable' };
    if (cause.name !== 'ResourceNotFoundException') throw cause;
    throw new OperatorError(this.missing());
  }

  private missing(): ConstructorParameters<typeof OperatorError>[0] {
    if (this.source.secret !== undefined)
      return {
        what: `There is no secret ${this.name}, which the settings name for this source.`,
        whatToDo: 'Make it, or correct the secret of the source in cdk.json and deploy.',
      };
    if (this.deployment.isFleet)
      return {
        what: `There is no secret ${this.name}, which sources add makes.`,
        whatToDo: `Make it: npx --no -- netskope-audit sources add ${this.source.sourceId}`,
      };
    return {
      what: `There is no secret ${this.name}, which the deployment of this source makes.`,
      whatToDo: 'Deploy again: npx cdk deploy --all',
    };
  }
}

/** How the secret changed. */
type SecretChange = 'filled' | 'rotated' | 'unchanged' | 'replaced';

/** Says what the secret holds already, without showing it. */
export function announceContent(terminal: Terminal, { name }: SourceSecret, before: SecretContent): void {
  switch (before.kind) {
    case 'empty':
      return;
    case 'filled':
      return terminal.print(`Secret ${name} holds a token already: another one will replace it.`);
    case 'unusable':
      return terminal.printMarked(
        'note',
        `What is there now cannot be used and will be replaced: ${before.reason}`,
      );
    case 'unreadable':
      return terminal.printMarked('note', `You may not read secret ${name}: what it holds will be replaced.`);
  }
}

/** Writes the secret's new value, unless it has that already. */
export async function storeCredentials(
  terminal: Terminal,
  secret: SourceSecret,
  { before, credentials }: { readonly before: SecretContent; readonly credentials: TenantCredentials },
): Promise<SecretChange> {
  const change = changeOf(before, credentials);
  if (change !== 'unchanged') await secret.write(credentials);
  terminal.printMarked('good', `${CHANGES[change](secret.name)}`);
  return change;
}

function changeOf(before: SecretContent, { host, token, tokenExpiresOn }: TenantCredentials): SecretChange {
  if (before.kind === 'empty') return 'filled';
  if (before.kind !== 'filled') return 'replaced';
  if (before.token !== token) return 'rotated';
  return before.host === host && before.tokenExpiresOn === tokenExpiresOn ? 'unchanged' : 'replaced';
}

const CHANGES: Readonly<Record<SecretChange, (name: string) => string>> = {
  filled: (name) => `Secret ${name} holds domain and token.`,
  rotated: (name) =>
    `Secret ${name} holds the new token. Revoke the old one in Netskope; AWS keeps it as AWSPREVIOUS until the next change.`,
  replaced: (name) => `Secret ${name} holds the new value.`,
  unchanged: (name) => `Secret ${name} held exactly this already.`,
};

/** Origin and token for calls to a source's tenant. */
interface SourceCredentials {
  /** For example `https://corp.goskope.com`. */
  readonly origin: string;
  readonly token: string;
}

/**
 * Reads domain and token from a source's secret.
 * @throws OperatorError if it holds none, or may not be read
 */
export async function readCredentials(deployment: Deployment, sourceId: string): Promise<SourceCredentials> {
  const { host, token } = await readFilled(deployment, sourceId);
  return { origin: netskopeOrigin(host, process.env), token };
}

/**
 * Reads the host name of a source's tenant from its secret.
 * @throws OperatorError as `readCredentials`
 */
export async function readTenantHost(deployment: Deployment, sourceId: string): Promise<string> {
  return (await readFilled(deployment, sourceId)).host;
}

async function readFilled(deployment: Deployment, sourceId: string): Promise<TenantCredentials> {
  const secret = new SourceSecret(deployment, sourceId);
  const content = await secret.read();
  switch (content.kind) {
    case 'filled':
      return content;
    case 'empty':
      throw noCredentials(`Secret ${secret.name} holds no domain and token yet.`, sourceId);
    case 'unusable':
      throw noCredentials(`The ${content.reason}.`, sourceId);
    case 'unreadable':
      throw new OperatorError({
        what: `AWS denied reading secret ${secret.name}, whose token Netskope is asked with.`,
        whatToDo:
          'Have secretsmanager:GetSecretValue granted to your role, or choose another with --profile.',
      });
  }
}

function noCredentials(what: string, sourceId: string): OperatorError {
  return new OperatorError({
    what,
    whatToDo: `Give them: npx --no -- netskope-audit setup ${sourceId}`,
    exitCode: ExitCode.RefusedByNetskope,
  });
}
