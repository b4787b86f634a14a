import { parameterReader } from './aws-json';
import { closedObject } from './aws-parameters';

const codes = { missing: 'InvalidRequestException', invalid: 'InvalidParameterException' };

/** Limits below: AWS Secrets Manager API reference, CreateSecret and PutSecretValue. */
const secretId = { type: 'string', minLength: 1, maxLength: 2048 };
const secretString = { type: 'string', minLength: 1, maxLength: 65_536 };
const requestToken = { type: 'string', minLength: 32, maxLength: 64 };
const versionStage = { enum: ['AWSCURRENT', 'AWSPREVIOUS'] };

/** What CreateSecret takes. */
export interface CreateSecret {
  readonly Name: string;
  readonly Description?: string;
  readonly SecretString?: string;
  readonly ClientRequestToken: string;
}

/** What PutSecretValue takes. */
export interface PutSecretValue {
  readonly SecretId: string;
  readonly SecretString: string;
  readonly ClientRequestToken: string;
}

/** What GetSecretValue takes. */
export interface GetSecretValue {
  readonly SecretId: string;
  readonly VersionId?: string;
  readonly VersionStage?: 'AWSCURRENT' | 'AWSPREVIOUS';
}

/** Judges the body of CreateSecret. @throws AwsError, never with a value in its message. */
export const readCreateSecret = parameterReader<CreateSecret>(
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

/** Judges the body of PutSecretValue. @throws AwsError, never with a value in its message. */
export const readPutSecretValue = parameterReader<PutSecretValue>(
  closedObject({ SecretId: secretId, SecretString: secretString, ClientRequestToken: requestToken }, [
    'SecretId',
    'SecretString',
    'ClientRequestToken',
  ]),
  codes,
);

/** Judges the body of GetSecretValue. @throws AwsError, never with a value in its message. */
export const readGetSecretValue = parameterReader<GetSecretValue>(
  closedObject({ SecretId: secretId, VersionId: requestToken, VersionStage: versionStage }, ['SecretId']),
  codes,
);

/** Judges the body of DescribeSecret. @throws AwsError, never with a value in its message. */
export const readDescribeSecret = parameterReader<{ readonly SecretId: string }>(
  closedObject({ SecretId: secretId }, ['SecretId']),
  codes,
);
