import type { Secret, SecretStore } from './secret-store';
import type { AwsAnswer, AwsCall, AwsEndpoint, AwsRequest, AwsTarget } from './wire/aws-call';
import { AwsError } from './wire/aws-call';
import { operationFromTarget } from './wire/aws-request';
import { closedObject, jsonAnswer, parameterReader, unknownOperation } from './wire/protocols';

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

  /** A retry after a lost answer carries the same token and value: it succeeds (CreateSecret API reference). */
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

const codes = { missing: 'InvalidRequestException', invalid: 'InvalidParameterException' };

/** Limits: AWS Secrets Manager API reference, CreateSecret and PutSecretValue. */
const secretId = { type: 'string', minLength: 1, maxLength: 2048 };
const secretString = { type: 'string', minLength: 1, maxLength: 65_536 };
const requestToken = { type: 'string', minLength: 32, maxLength: 64 };
const versionStage = { enum: ['AWSCURRENT', 'AWSPREVIOUS'] };

interface CreateSecret {
  readonly Name: string;
  readonly Description?: string;
  readonly SecretString?: string;
  readonly ClientRequestToken: string;
}

interface PutSecretValue {
  readonly SecretId: string;
  readonly SecretString: string;
  readonly ClientRequestToken: string;
}

interface GetSecretValue {
  readonly SecretId: string;
  readonly VersionId?: string;
  readonly VersionStage?: 'AWSCURRENT' | 'AWSPREVIOUS';
}

/** Validates the body of CreateSecret. @throws AwsError, never with a value in its message. */
const readCreateSecret = parameterReader<CreateSecret>(
  closedObject(
    {
      Name: { type: 'string', pattern: '^[A-Za-z0-9/_+=.@-]{1,512}$' },
      Description: { type: 'string', maxLength: 2048 },
      SecretString: secretString,
      ClientRequestToken: requestToken,
    },
    ['Name', 'ClientRequestToken'],
  ),
  codes,
);

/** Validates the body of PutSecretValue. @throws AwsError, never with a value in its message. */
const readPutSecretValue = parameterReader<PutSecretValue>(
  closedObject({ SecretId: secretId, SecretString: secretString, ClientRequestToken: requestToken }, [
    'SecretId',
    'SecretString',
    'ClientRequestToken',
  ]),
  codes,
);

/** Validates the body of GetSecretValue. @throws AwsError, never with a value in its message. */
const readGetSecretValue = parameterReader<GetSecretValue>(
  closedObject({ SecretId: secretId, VersionId: requestToken, VersionStage: versionStage }, ['SecretId']),
  codes,
);

/** Validates the body of DescribeSecret. @throws AwsError, never with a value in its message. */
const readDescribeSecret = parameterReader<{ readonly SecretId: string }>(
  closedObject({ SecretId: secretId }, ['SecretId']),
  codes,
);
