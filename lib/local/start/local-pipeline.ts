import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { CollectorEvent, Source } from '../../../lambdas/contract/deployment/collector-event';
import { ScheduleDefault } from '../../../lambdas/contract/deployment/collector-event';
import { collectionEvent } from '../../../lambdas/contract/deployment/deployment-outputs';
import { EnvVar } from '../../../lambdas/contract/deployment/environment';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import type { Checkpoint } from '../../../lambdas/contract/storage/checkpoint-table';
import { CHECKPOINT_KEY, liveStreamId } from '../../../lambdas/contract/storage/checkpoint-table';
import { bundleCollector } from '../../build/function-bundles';
import { LocalAws } from '../aws/local-aws';
import { bucketFolder } from '../aws/s3/object-files';
import { LocalFunction } from '../function-process';
import {
  createLocalDetection,
  LOCAL_BUCKET,
  LOCAL_CHECKPOINT_TABLE,
  LOCAL_DETECTOR,
  LOCAL_FUNCTION,
  LocalDeployment,
  putLocalStack,
} from '../local-deployment';
import { LocalDetection } from './local-detection';
import { StartError } from './start-error';
import { chooseTenant } from './start-options';
import type { OpenTenant, Tenant } from './tenant';

/** Id of the collected source, as in a fresh deployment. */
const SOURCE_ID = 'netskope';

interface LocalPipelineOptions {
  /** The feed that is collected. */
  readonly feed: Feed;
  /** Folder that has a folder of its own for every tenant. */
  readonly stateFolder: string;
  readonly tenant: Tenant;
  /** Receives each line that the functions write. @default - the lines are dropped */
  readonly onLogLine?: (line: string) => void;
}

interface LocalPipelineParts {
  readonly aws: LocalAws;
  readonly deployment: LocalDeployment;
  readonly detection: LocalDetection;
  readonly tenant: OpenTenant;
  readonly folder: string;
}

/**
 * A deployment on this machine, as an operator sees it: the embedded AWS endpoint on a tenant's folder, with the
 * outputs of a stack, the secret, the collector's function, which runs when it is invoked, and detection, which evaluates
 * what is archived when it is asked to. There is no schedule.
 */
export class LocalPipeline {
  readonly feed: Feed;
  readonly aws: LocalAws;
  readonly tenant: OpenTenant;
  /** The tenant's folder. */
  readonly folder: string;
  readonly collector: LocalFunction;
  readonly detection: LocalDetection;
  readonly checkpoint: StreamCheckpoint;
  /** The only source. */
  readonly source: Source;

  private constructor(
    { aws, deployment, detection, tenant, folder }: LocalPipelineParts,
    options: LocalPipelineOptions,
  ) {
    this.feed = options.feed;
    this.aws = aws;
    this.tenant = tenant;
    this.folder = folder;
    this.checkpoint = new StreamCheckpoint(aws, this.feed, SOURCE_ID);
    this.source = {
      sourceId: SOURCE_ID,
      label: SOURCE_ID,
      startLookbackHours: options.tenant.startLookbackHours,
      scheduleMinutes: ScheduleDefault.minutes,
      dailyRecheck: true,
    };
    this.detection = detection;
    this.collector = new LocalFunction({
      codeFolder: join(folder, 'function'),
      bundle: bundleCollector,
      environment: { ...deployment.environment(), ...tenant.environment },
      onLogLine: options.onLogLine,
    });
    aws.objects.onCreated = (object) => detection.announce(object);
  }

  /**
   * Starts the pipeline, and creates what an earlier one has not left.
   * @throws StartError while another process works in the folder, and what the tenant throws
   */
  static async stand(options: LocalPipelineOptions): Promise<LocalPipeline> {
    const folder = join(options.stateFolder, options.tenant.folderName);
    const aws = await LocalAws.start({ stateDir: folder, accessKey: 'own' }).catch((cause: unknown) => {
      throw new StartError((cause as Error).message, { cause });
    });
    try {
      const deployment = await LocalDeployment.create(aws);
      const environment = await createLocalDetection(aws);
      const detection = new LocalDetection({ ...options, folder, environment });
      const tenant = await options.tenant.open(folder);
      const pipeline = new LocalPipeline({ aws, deployment, detection, tenant, folder }, options);
      await pipeline.createResources(deployment).catch(async (error: unknown) => {
        await pipeline.close();
        throw error;
      });
      return pipeline;
    } catch (error) {
      await aws.stop();
      throw error;
    }
  }

  /** The input that a schedule would give to the collector. */
  get event(): CollectorEvent {
    return collectionEvent(this.source);
  }

  /** Variables that lead to this pipeline, to be laid over the environment of a process that works with it. */
  get environment(): Record<string, string> {
    return { ...this.aws.environment(), ...this.tenant.environment };
  }

  /** Kills the processes of the functions, wherever they are. */
  async stop(): Promise<void> {
    await Promise.all([this.collector.stop(), this.detection.function.stop()]);
  }

  /** Stops the functions, and closes everything else. May be called twice. */
  async close(): Promise<void> {
    await this.stop();
    await this.tenant.close().finally(() => this.aws.stop());
  }

  private async createResources(deployment: LocalDeployment): Promise<void> {
    await this.checkpoint.releaseLeaseOfDeadRun();
    if (this.tenant.endsWithProcess === true) await this.checkpoint.endRest();
    // Its value is only in memory, so every pipeline needs it anew.
    await deployment.putSecret(SOURCE_ID, this.tenant.secret);
    const allowedDomains = this.tenant.environment[EnvVar.AllowedDomains];
    putLocalStack(this.aws, { sources: [this.source], allowedDomains, hasDetection: true });
    this.aws.functions.put(LOCAL_FUNCTION, (payload) => this.collector.invoke(payload));
    this.aws.functions.put(LOCAL_DETECTOR, (payload) => this.detection.function.invoke(payload));
  }
}

interface LocalArchiveOptions {
  /** The feed that was collected. */
  readonly feed: Feed;
  /** The state folder of `npm start`. */
  readonly stateFolder: string;
  /** @default - the one that `npm start` would choose: by NETSKOPE_DOMAIN and NETSKOPE_TOKEN, else the simulator */
  readonly tenant?: Tenant;
}

/**
 * Opens the pipeline of the archive that `npm start` has left. Opening it collects nothing and makes no call to a
 * tenant.
 * @throws StartError if there is no archive yet, or another process works in it
 */
export async function openLocalPipeline({
  feed,
  stateFolder,
  tenant,
}: LocalArchiveOptions): Promise<LocalPipeline> {
  const chosen = tenant ?? chooseTenant({ stateFolder }, process.env);
  const path = resolve(stateFolder);
  const archive = bucketFolder(join(path, chosen.folderName), LOCAL_BUCKET);
  if (existsSync(archive)) return LocalPipeline.stand({ feed, stateFolder: path, tenant: chosen });
  throw new StartError(`There is no archive in ${archive} yet: run npm start first.`);
}

/** The checkpoint of one source in an embedded AWS endpoint, as an operator sees it. */
class StreamCheckpoint {
  private readonly client: DynamoDBClient;
  private readonly item: Pick<GetItemCommand['input'], 'TableName' | 'Key'>;

  constructor(aws: LocalAws, feed: Feed, sourceId: string) {
    this.client = new DynamoDBClient({
      endpoint: aws.url,
      region: 'us-east-1',
      credentials: aws.credentials('operator'),
    });
    this.item = {
      TableName: LOCAL_CHECKPOINT_TABLE,
      Key: marshall({ [CHECKPOINT_KEY]: liveStreamId(feed, sourceId) }),
    };
  }

  /** @returns undefined before the first run */
  async read(): Promise<Checkpoint | undefined> {
    const { Item } = await this.client.send(new GetItemCommand({ ...this.item, ConsistentRead: true }));
    return Item === undefined ? undefined : (unmarshall(Item) as Checkpoint);
  }

  /**
   * Removes the lease of a run that was killed. In an account the lease expires. Here nobody has to wait: one process
   * owns the endpoint's folder, and before it has invoked the function every holder of a lease is dead.
   */
  async releaseLeaseOfDeadRun(): Promise<void> {
    await this.remove('lease');
  }

  /** Removes the rest after a call that may still be running: the call has ended with the simulated tenant. */
  async endRest(): Promise<void> {
    await this.remove('restUntilMs');
  }

  private async remove(name: 'lease' | 'restUntilMs'): Promise<void> {
    if ((await this.read())?.[name] === undefined) return;
    const without = { UpdateExpression: 'REMOVE #name', ExpressionAttributeNames: { '#name': name } };
    await this.client.send(new UpdateItemCommand({ ...this.item, ...without }));
  }
}
