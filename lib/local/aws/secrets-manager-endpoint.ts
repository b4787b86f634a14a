import type { AwsAnswer, AwsCall, AwsEndpoint, AwsRequest, AwsTarget } from './aws-call';
import { AwsError } from './aws-error';
import { jsonAnswer, unknownOperation } from './aws-json';
import { operationFromTarget } from './credential-scope';
import type { Secret, SecretStore } from './secret-store';
import {
  readCreateSecret,
  readDescribeSecret,
  readGetSecretValue,
  readPutSecretValue,
  type CreateSecret,
  type GetSecretValue,
} from './secrets-manager-parameters';

/** Secrets Manager, for secrets that are text. */
export class SecretsManagerEndpoint implements AwsEndpoint {
  readonly #secrets: SecretStore;

  constructor(secrets: SecretStore) {
    this.#secrets = secrets;
  }

  identify(request: AwsRequest): AwsTarget {
    return { operation: operationFromTarget('secretsmanager', request) };
  }

  async apply(call: AwsCall): Promise<AwsAnswer> {
    return jsonAnswer(call, this.#result(call));
  }

  #result({ operation, body }: AwsCall): object {
    switch (operation) {
      case 'CreateSecret':
        return this.#createSecret(readCreateSecret(body));
      case 'PutSecretValue': {
        const { SecretId, SecretString, ClientRequestToken } = readPutSecretValue(body);
        const secret = this.#secrets.putValue(SecretId, SecretString, ClientRequestToken);
        return {
          ...identityOf(secret),
          VersionId: ClientRequestToken,
          VersionStages: stagesOf(secret, ClientRequestToken),
        };
      }
      case 'GetSecretValue':
        return this.#getSecretValue(readGetSecretValue(body));
      case 'DescribeSecret':
        return description(this.#secrets.find(readDescribeSecret(body).SecretId));
      default:
        throw unknownOperation('Secrets Manager', operation);
    }
  }

  /** A retry of a call whose answer was lost carries the same token and value: it succeeds (CreateSecret API reference). */
  #createSecret({ Name, Description, SecretString, ClientRequestToken }: CreateSecret): object {
    const earlier = this.#secrets.names().includes(Name) ? this.#secrets.find(Name).versions : [];
    const isRetry = earlier.some(
      ({ versionId, secretString }) => versionId === ClientRequestToken && secretString === SecretString,
    );
    const secret = isRetry ? this.#secrets.find(Name) : this.#secrets.create(Name, Description);
    if (SecretString === undefined) return identityOf(secret);
    this.#secrets.putValue(Name, SecretString, ClientRequestToken);
    return { ...identityOf(secret), VersionId: ClientRequestToken };
  }

  #getSecretValue({ SecretId, VersionId, VersionStage }: GetSecretValue): object {
    const secret = this.#secrets.find(SecretId);
    const stage = VersionStage ?? (VersionId === undefined ? 'AWSCURRENT' : undefined);
    const version = secret.versions.find(
      (candidate, age) =>
        (VersionId === undefined || candidate.versionId === VersionId) &&
        (stage === undefined || stageAt(age) === stage),
    );
    if (version === undefined) {
      throw new AwsError(
        400,
        'ResourceNotFoundException',
        `Secrets Manager can't find the specified secret value for ${VersionId === undefined ? `staging label: ${stage}` : `VersionId: ${VersionId}`}`,
      );
    }
    return {
      ...identityOf(secret),
      VersionId: version.versionId,
      SecretString: version.secretString,
      VersionStages: stagesOf(secret, version.versionId),
      CreatedDate: version.createdAtMs / 1000,
    };
  }
}

function identityOf({ name, arn }: Secret): { Name: string; ARN: string } {
  return { Name: name, ARN: arn };
}

function description(secret: Secret): object {
  const staged = secret.versions.filter((_, age) => stageAt(age) !== undefined);
  return {
    ...identityOf(secret),
    ...(secret.description === undefined ? {} : { Description: secret.description }),
    CreatedDate: secret.createdAtMs / 1000,
    LastChangedDate: (secret.versions[0]?.createdAtMs ?? secret.createdAtMs) / 1000,
    ...(staged.length === 0
      ? {}
      : {
          VersionIdsToStages: Object.fromEntries(
            staged.map((version) => [version.versionId, stagesOf(secret, version.versionId)]),
          ),
        }),
  };
}

function stagesOf(secret: Secret, versionId: string): string[] {
  const stage = stageAt(secret.versions.findIndex((version) => version.versionId === versionId));
  return stage === undefined ? [] : [stage];
}

function stageAt(age: number): 'AWSCURRENT' | 'AWSPREVIOUS' | undefined {
  if (age === 0) return 'AWSCURRENT';
  return age === 1 ? 'AWSPREVIOUS' : undefined;
}
