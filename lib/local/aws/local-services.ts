import type { StackStore } from './cloudformation-endpoint';
import { CloudFormationEndpoint } from './cloudformation-endpoint';
import type { AlarmStore } from './cloudwatch/alarms';
import { CloudWatchEndpoint } from './cloudwatch/cloudwatch-endpoint';
import { MetricStore } from './cloudwatch/metric-store';
import { DynamoDbEndpoint } from './dynamodb-endpoint';
import type { BusEvent } from './eventbridge-endpoint';
import { EventBridgeEndpoint } from './eventbridge-endpoint';
import type { SigningKeys } from './kms-endpoint';
import { KmsEndpoint } from './kms-endpoint';
import type { FunctionStore } from './lambda-endpoint';
import { LambdaEndpoint } from './lambda-endpoint';
import { ObjectFolder, ObjectMemory } from './s3/object-files';
import { ObjectStore } from './s3/object-store';
import { S3Endpoint } from './s3/s3-endpoint';
import { readSecretIdentities, SecretStore } from './secret-store';
import { SecretsManagerEndpoint } from './secrets-manager-endpoint';
import type { TopicStore } from './sns-endpoint';
import { SnsEndpoint } from './sns-endpoint';
import { StateFolder } from './state-folder';
import { StsEndpoint } from './sts-endpoint';
import type { AwsEndpoint, AwsService } from './wire/aws-call';

/** The state of the endpoint, on disk if it has a folder: objects, tables, metrics, and secrets by name. */
export interface LocalState {
  readonly objects: ObjectStore;
  readonly secrets: SecretStore;
  readonly metrics: MetricStore;
  readonly tables: DynamoDbEndpoint;
  /** Closes the tables and releases the folder. */
  close(): Promise<void>;
}

/** Opens the state. @param path the folder; undefined keeps it in memory. @throws Error if the folder is in use. */
export async function openLocalState(path: string | undefined, nowMs: () => number): Promise<LocalState> {
  if (path === undefined) return openParts(undefined, nowMs);
  const folder = StateFolder.claim(path);
  try {
    return await openParts(folder, nowMs);
  } catch (error) {
    folder.release();
    throw error;
  }
}

async function openParts(folder: StateFolder | undefined, nowMs: () => number): Promise<LocalState> {
  const secretsFile = folder?.join('secrets.json');
  const objects = await ObjectStore.open(
    folder === undefined ? new ObjectMemory() : new ObjectFolder(folder.path),
    nowMs,
  );
  const secrets = new SecretStore(readSecretIdentities(secretsFile), secretsFile, nowMs);
  const metrics = new MetricStore(folder?.join('metrics.ndjson'));
  const tables = new DynamoDbEndpoint(folder?.join('dynamodb'));
  const close = async () => {
    await tables.stop();
    folder?.release();
  };
  return { objects, secrets, metrics, tables, close };
}

/** What a deployment creates, in memory. */
export interface DeployedResources {
  readonly stacks: StackStore;
  readonly functions: FunctionStore;
  readonly topics: TopicStore;
  readonly alarms: AlarmStore;
  /** What was put on the default event bus. */
  readonly bus: BusEvent[];
  readonly keys: SigningKeys;
}

/** Every service of the endpoint. */
export function serviceEndpoints(
  state: LocalState,
  deployed: DeployedResources,
  nowMs: () => number,
): Readonly<Record<AwsService, AwsEndpoint>> {
  return {
    s3: new S3Endpoint(state.objects),
    dynamodb: state.tables,
    secretsmanager: new SecretsManagerEndpoint(state.secrets),
    monitoring: new CloudWatchEndpoint({ metrics: state.metrics, alarms: deployed.alarms }, nowMs),
    cloudformation: new CloudFormationEndpoint(deployed.stacks),
    lambda: new LambdaEndpoint(deployed.functions),
    sns: new SnsEndpoint(deployed.topics),
    sts: new StsEndpoint(),
    events: new EventBridgeEndpoint(deployed.bus),
    kms: new KmsEndpoint(deployed.keys),
  };
}
