import { gunzipSync } from 'node:zlib';
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import {
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  ResourceInUseException,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { DynamoCheckpointStore } from '../lambdas/collector/adapters/dynamo-checkpoint';
import type { Collector } from '../lambdas/collector/compose';
import { composeCollector } from '../lambdas/collector/compose';
import { ITERATOR_PROTOCOL } from '../lambdas/collector/core/protocol/iterator';
import { parseCollectorEvent, parseSettings } from '../lambdas/collector/settings';
import type { RunSummary } from '../lambdas/contract/deployment/collector-event';
import { AUDIT_FEED } from '../lambdas/contract/feed/audit';
import type { Checkpoint } from '../lambdas/contract/storage/checkpoint-table';
import { liveStreamId } from '../lambdas/contract/storage/checkpoint-table';
import { LocalAws } from '../lib/local/aws/local-aws';
import type { NetskopeSimulator } from '../lib/local/netskope-simulator/netskope-simulator';
import { DeployedTemplate } from './aws/deployed-template';
import type { Settings } from './aws/synthesized-app';
import { pipelineTemplate } from './aws/synthesized-app';
import type { TestClock } from './test-clock';
import { TestLog } from './test-log';

const FUNCTION_TIMEOUT_MS = 600_000;

const templates = new Map<string, DeployedTemplate>();

function templateOf(settings: Settings): DeployedTemplate {
  const name = JSON.stringify(settings);
  const template = templates.get(name) ?? new DeployedTemplate(pipelineTemplate(settings));
  templates.set(name, template);
  return template;
}

/** An AWS region on this machine. What a deployment makes in it stays when the deployment is gone. */
export class EmbeddedRegion {
  private readonly dynamoDb: DynamoDBClient;

  private constructor(
    readonly aws: LocalAws,
    readonly clock: TestClock,
    readonly simulator: NetskopeSimulator,
  ) {
    this.dynamoDb = new DynamoDBClient(this.sdkSettings());
  }

  static async start(clock: TestClock, simulator: NetskopeSimulator): Promise<EmbeddedRegion> {
    return new EmbeddedRegion(await LocalAws.start({ nowMs: () => clock.nowMs() }), clock, simulator);
  }

  stop(): Promise<void> {
    this.dynamoDb.destroy();
    return this.aws.stop();
  }

  /** Deploys the app with these settings, as its template says. */
  async deploy(settings: Settings): Promise<RegionalDeployment> {
    const template = templateOf(settings);
    for (const [id] of template.ofType('AWS::S3::Bucket'))
      await this.aws.objects.createBucket(template.nameOf(id));
    for (const [id, properties] of template.ofType('AWS::DynamoDB::Table'))
      await this.createTable(template.nameOf(id), properties);
    for (const [, { Name }] of template.ofType('AWS::SecretsManager::Secret'))
      this.aws.secrets.create(Name as string);
    return new RegionalDeployment(this, template);
  }

  /** Creates a table, unless an earlier deployment has left it. */
  async createTable(
    TableName: string,
    {
      KeySchema,
      AttributeDefinitions,
      BillingMode,
      GlobalSecondaryIndexes,
    }: Partial<CreateTableCommandInput> = {
      KeySchema: [{ AttributeName: 'streamId', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'streamId', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    },
  ): Promise<void> {
    const input = { TableName, KeySchema, AttributeDefinitions, BillingMode, GlobalSecondaryIndexes };
    await this.dynamoDb.send(new CreateTableCommand(input)).catch((error: unknown) => {
      if (!(error instanceof ResourceInUseException)) throw error;
    });
  }

  /** Makes a new table of another one's items, as a restore from a backup does. @returns what puts them there */
  async backUp(TableName: string): Promise<(newTable: string) => Promise<void>> {
    const { Items = [] } = await this.dynamoDb.send(new ScanCommand({ TableName }));
    return async (newTable) => {
      await this.createTable(newTable);
      for (const Item of Items) await this.dynamoDb.send(new PutItemCommand({ TableName: newTable, Item }));
    };
  }

  sdkSettings(): NonNullable<Parameters<typeof composeCollector>[1]>['aws'] & object {
    return {
      endpoint: this.aws.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'none' },
    };
  }
}

/** A deployment of one source in a region: the collector runs in this process, with what its template gives it. */
export class RegionalDeployment {
  private readonly collector: Collector;
  private readonly variables: Readonly<Record<string, string>>;
  private runs = 0;

  constructor(
    readonly region: EmbeddedRegion,
    private readonly template: DeployedTemplate,
  ) {
    const { Environment } = template.onlyOf('AWS::Lambda::Function', 'Collector');
    this.variables = (Environment as { readonly Variables: Record<string, string> }).Variables;
    this.collector = composeCollector(
      parseSettings({ ...this.variables, NETSKOPE_ENDPOINT_URL: region.simulator.url }),
      {
        feed: AUDIT_FEED,
        aws: region.sdkSettings(),
        clock: region.clock,
        random: () => 0.5,
        protocol: ITERATOR_PROTOCOL,
        log: () => new TestLog(),
      },
    );
  }

  get bucket(): string {
    return this.variables.ARCHIVE_BUCKET ?? '';
  }

  get table(): string {
    return this.variables.CHECKPOINT_TABLE ?? '';
  }

  /** One run, with the input of the template's schedule. */
  collect(): Promise<RunSummary> {
    const { Target } = this.template.onlyOf('AWS::Scheduler::Schedule', 'Sources') as {
      readonly Target: { readonly Input: string };
    };
    const { clock } = this.region;
    const stopsAtMs = clock.nowMs() + FUNCTION_TIMEOUT_MS;
    const runId = `${this.bucket}-${this.table}-${++this.runs}`;
    return this.collector.collect(parseCollectorEvent(JSON.parse(Target.Input)), runId, {
      remainingMs: () => stopsAtMs - clock.nowMs(),
    });
  }

  /** @throws Error if no run has begun */
  async checkpoint(): Promise<Checkpoint> {
    const client = new DynamoDBClient(this.region.sdkSettings());
    const store = new DynamoCheckpointStore(client, this.table);
    const checkpoint = await store.load(liveStreamId(AUDIT_FEED, 'netskope'));
    client.destroy();
    if (checkpoint === undefined) throw new Error(`table ${this.table} has no checkpoint`);
    return checkpoint;
  }

  /** The exact texts of all events in archive and quarantine, sorted. */
  async storedTexts(): Promise<string[]> {
    const { objects } = this.region.aws;
    const texts: string[] = [];
    for (const key of objects.keys(this.bucket)) {
      const isArchived = key.startsWith('netskope_audit/');
      if (!isArchived && !key.startsWith('quarantine/netskope_audit/')) continue;
      const { body } = await objects.read(this.bucket, key);
      for (const line of gunzipSync(body).toString('utf8').trimEnd().split('\n'))
        texts.push(
          isArchived
            ? `${line.slice(0, line.lastIndexOf(',"p_log_type":'))}}`
            : (JSON.parse(line) as { readonly raw: string }).raw,
        );
    }
    return texts.sort();
  }
}
