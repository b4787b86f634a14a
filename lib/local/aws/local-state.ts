import { MetricStore } from './cloudwatch/metric-store';
import { DynamoDbEndpoint } from './dynamodb/dynamodb-endpoint';
import { ObjectFolder, ObjectMemory } from './s3/object-folder';
import { ObjectStore } from './s3/object-store';
import { readSecretIdentities, SecretStore } from './secrets-manager/secret-store';
import { StateFolder } from './state-folder';

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
