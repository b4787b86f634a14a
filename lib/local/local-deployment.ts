import { CreateTableCommand, DynamoDBClient, ResourceInUseException } from '@aws-sdk/client-dynamodb';
import { BucketAlreadyOwnedByYou, CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { Source } from '../../lambdas/contract/deployment/collector-event';
import { STACK_NAME, StackOutput } from '../../lambdas/contract/deployment/deployment-outputs';
import { DetectorEnvVar, EnvVar } from '../../lambdas/contract/deployment/environment';
import { secretName } from '../../lambdas/contract/deployment/source-secret';
import { CHECKPOINT_KEY } from '../../lambdas/contract/storage/checkpoint-table';
import { DETECTION_KEY, DUE_AT, DUE_INDEX, DUE_KEY } from '../../lambdas/contract/storage/detection-table';
import { localArn } from './aws/local-account';
import type { LocalAws } from './aws/local-aws';

/** Local names of the resources that the stack creates in an account. */
export const LOCAL_BUCKET = 'netskope-audit-archive';
export const LOCAL_CHECKPOINT_TABLE = 'netskope-audit-checkpoints';
export const LOCAL_SECRET_PREFIX = 'netskope-audit/';
export const LOCAL_FUNCTION = 'netskope-audit-collector';
export const LOCAL_DETECTOR = 'netskope-audit-detector';
/** The table of group states. */
export const LOCAL_DETECTION_TABLE = 'netskope-audit-detection';
/** The topic that alarms would notify; it has no subscriber. */
export const LOCAL_TOPIC_ARN = localArn('sns', 'netskope-audit-alarms');
/** The topic that alerts are published on. */
export const LOCAL_ALERT_TOPIC_ARN = localArn('sns', 'netskope-audit-alerts');

/** There is no Athena on this machine; these names tell the reader of an output or a message. */
const NO_WORKGROUP = 'no-athena-on-this-machine';
const NO_ATHENA = 'no_athena_on_this_machine';

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
      [EnvVar.CheckpointTable]: LOCAL_CHECKPOINT_TABLE,
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
    const table = newTable(LOCAL_CHECKPOINT_TABLE, CHECKPOINT_KEY);
    await this.dynamoDb.send(table).catch(unless(ResourceInUseException));
  }
}

interface LocalStack {
  readonly sources: readonly Source[];
  /** The text of the output. @default - no such output */
  readonly allowedDomains?: string;
  /** Whether the outputs name what `createLocalDetection` creates. @default false */
  readonly hasDetection?: boolean;
}

/** Puts the outputs and the topic of a deployed stack into an embedded AWS endpoint. It has no dashboard. */
export function putLocalStack(
  aws: LocalAws,
  { sources, allowedDomains, hasDetection = false }: LocalStack,
): void {
  aws.topics.put(LOCAL_TOPIC_ARN);
  aws.stacks.put(STACK_NAME, {
    [StackOutput.ArchiveBucket]: LOCAL_BUCKET,
    [StackOutput.CheckpointTable]: LOCAL_CHECKPOINT_TABLE,
    [StackOutput.CollectorFunction]: LOCAL_FUNCTION,
    [StackOutput.SecretNamePrefix]: LOCAL_SECRET_PREFIX,
    [StackOutput.AlarmTopic]: LOCAL_TOPIC_ARN,
    [StackOutput.Workgroup]: NO_WORKGROUP,
    [StackOutput.Sources]: JSON.stringify(sources),
    ...(allowedDomains !== undefined && { [StackOutput.AllowedDomains]: allowedDomains }),
    ...(hasDetection && {
      [StackOutput.AlertTopic]: LOCAL_ALERT_TOPIC_ARN,
      [StackOutput.DetectionTable]: LOCAL_DETECTION_TABLE,
      [StackOutput.DetectorFunction]: LOCAL_DETECTOR,
    }),
  });
}

/**
 * Creates the detector's table and topic in an embedded AWS endpoint, unless an earlier start has; it uses the
 * archive's bucket.
 * @returns variables of the detector function
 */
export async function createLocalDetection(aws: LocalAws): Promise<Record<string, string>> {
  const client = new DynamoDBClient({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: aws.credentials('operator'),
  });
  await client.send(detectionTable()).catch(unless(ResourceInUseException));
  client.destroy();
  aws.topics.put(LOCAL_ALERT_TOPIC_ARN);
  return {
    ...aws.environment(),
    [DetectorEnvVar.ArchiveBucket]: LOCAL_BUCKET,
    [DetectorEnvVar.DetectionTable]: LOCAL_DETECTION_TABLE,
    [DetectorEnvVar.AlertTopicArn]: LOCAL_ALERT_TOPIC_ARN,
    [DetectorEnvVar.Workgroup]: NO_ATHENA,
    [DetectorEnvVar.Database]: NO_ATHENA,
  };
}

function newTable(TableName: string, AttributeName: string): CreateTableCommand {
  return new CreateTableCommand({
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName, AttributeType: 'S' }],
    KeySchema: [{ AttributeName, KeyType: 'HASH' }],
  });
}

function detectionTable(): CreateTableCommand {
  const { input } = newTable(LOCAL_DETECTION_TABLE, DETECTION_KEY);
  return new CreateTableCommand({
    ...input,
    AttributeDefinitions: [
      ...(input.AttributeDefinitions ?? []),
      { AttributeName: DUE_KEY, AttributeType: 'S' },
      { AttributeName: DUE_AT, AttributeType: 'N' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: DUE_INDEX,
        KeySchema: [
          { AttributeName: DUE_KEY, KeyType: 'HASH' },
          { AttributeName: DUE_AT, KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
  });
}

/** Treats one kind of error as success: the resource exists already. */
function unless(expected: new (...args: never[]) => Error): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof expected)) throw error;
  };
}
