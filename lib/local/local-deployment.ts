import { CreateTableCommand, DynamoDBClient, ResourceInUseException } from '@aws-sdk/client-dynamodb';
import { BucketAlreadyOwnedByYou, CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { EnvVar } from '../../lambdas/contract/deployment/environment';
import { secretName } from '../../lambdas/contract/deployment/source-secret';
import { CHECKPOINT_KEY } from '../../lambdas/contract/storage/checkpoint-table';
import type { LocalAws } from './aws/local-aws';

/** Local names of the resources that the stack creates in an account. */
export const LOCAL_BUCKET = 'netskope-audit-archive';
export const LOCAL_TABLE = 'netskope-audit-checkpoints';
export const LOCAL_SECRET_PREFIX = 'netskope-audit/';

/** The resources of a deployment in an embedded AWS endpoint. */
export class LocalDeployment {
  private readonly s3: S3Client;
  private readonly dynamoDb: DynamoDBClient;
  private readonly secrets: SecretsManagerClient;

  private constructor(readonly aws: LocalAws) {
    const settings = {
      endpoint: aws.url,
      region: 'us-east-1',
      credentials: aws.credentials('operator'),
    };
    this.s3 = new S3Client(settings);
    this.dynamoDb = new DynamoDBClient(settings);
    this.secrets = new SecretsManagerClient(settings);
  }

  /** Creates bucket and table, unless an earlier start has. */
  static async create(aws: LocalAws): Promise<LocalDeployment> {
    const deployment = new LocalDeployment(aws);
    await deployment.createBucket();
    await deployment.createTable();
    return deployment;
  }

  /** Variables of the collector function. */
  environment(): Record<string, string> {
    return {
      ...this.aws.environment(),
      [EnvVar.ArchiveBucket]: LOCAL_BUCKET,
      [EnvVar.CheckpointTable]: LOCAL_TABLE,
      [EnvVar.SecretNamePrefix]: LOCAL_SECRET_PREFIX,
    };
  }

  /** Creates a source's secret; `value` is its JSON, left out for a secret that nobody has filled. */
  async putSecret(sourceId: string, value?: Readonly<Record<string, unknown>> | string): Promise<void> {
    const Name = secretName(LOCAL_SECRET_PREFIX, sourceId);
    await this.secrets.send(new CreateSecretCommand({ Name })).catch(unless(ResourceExistsException));
    if (value === undefined) return;
    const SecretString = typeof value === 'string' ? value : JSON.stringify(value);
    await this.secrets.send(new PutSecretValueCommand({ SecretId: Name, SecretString }));
  }

  private async createBucket(): Promise<void> {
    await this.s3
      .send(new CreateBucketCommand({ Bucket: LOCAL_BUCKET }))
      .catch(unless(BucketAlreadyOwnedByYou));
  }

  private async createTable(): Promise<void> {
    const key = { AttributeName: CHECKPOINT_KEY };
    const table = new CreateTableCommand({
      TableName: LOCAL_TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ ...key, AttributeType: 'S' }],
      KeySchema: [{ ...key, KeyType: 'HASH' }],
    });
    await this.dynamoDb.send(table).catch(unless(ResourceInUseException));
  }
}

/** Treats one kind of error as success: the resource exists already. */
function unless(expected: new (...args: never[]) => Error): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof expected)) throw error;
  };
}
