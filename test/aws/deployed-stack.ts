import { gunzipSync, gzipSync } from 'node:zlib';
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateSecretCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import type { CollectorEvent, CollectorTask } from '../../lambdas/contract/deployment/collector-event';
import { LocalAws } from '../../lib/local/aws/local-aws';
import type { AwsCall } from '../../lib/local/aws/wire/aws-call';
import type { InvocationEnd } from '../../lib/local/function-process';
import type { StagedClock } from '../../lib/tools/transcripts/staged-clock';
import { objectCreated } from '../detector/detection';
import { AwsClients } from '../local/aws/aws-clients';
import { DeployedFunction } from './deployed-function';
import type { DeployedTemplate } from './deployed-template';
import type { BusEvent } from './watch/cloudwatch-model/event-rule';
import { eventRules, fits, scheduledInputs } from './watch/cloudwatch-model/event-rule';

const MS_PER_MINUTE = 60_000;

/**
 * A template deployed onto this machine: its buckets, tables, topics and secrets in the embedded AWS endpoint, under
 * the names in the template, and its functions as processes. It uses nothing but the template.
 */
export class DeployedStack {
  readonly collector: DeployedFunction;
  readonly detector: DeployedFunction;
  readonly dailyMessage: DeployedFunction;
  readonly verifier: DeployedFunction;
  private readonly operator: AwsClients;

  private constructor(
    readonly template: DeployedTemplate,
    readonly aws: LocalAws,
    private readonly clock: StagedClock,
    netskopeUrl: string,
  ) {
    this.operator = new AwsClients(aws);
    this.collector = new DeployedFunction(template, 'Collector', aws, () => ({
      ...clock.environment(),
      NETSKOPE_ENDPOINT_URL: netskopeUrl,
    }));
    this.detector = new DeployedFunction(template, 'Detection', aws, () => clock.environment());
    this.dailyMessage = new DeployedFunction(template, 'DailyMessage', aws, () => clock.environment());
    this.verifier = new DeployedFunction(template, 'Verifier', aws, () => clock.environment());
  }

  /** @param clock the clock of AWS and of the functions */
  static async deploy(
    template: DeployedTemplate,
    { clock, netskopeUrl }: { readonly clock: StagedClock; readonly netskopeUrl: string },
  ): Promise<DeployedStack> {
    const aws = await LocalAws.start({ nowMs: clock.nowMs });
    aws.tellsTimeMs = clock.nowMs;
    const deployed = new DeployedStack(template, aws, clock, netskopeUrl);
    await deployed.createResources();
    return deployed;
  }

  get archiveBucket(): string {
    return this.collector.properties.Environment.Variables.ARCHIVE_BUCKET ?? '';
  }

  /** All keys in the bucket of the archive. */
  get keys(): readonly string[] {
    return this.aws.objects.keys(this.archiveBucket);
  }

  /**
   * Invokes the collector as the template's schedule does.
   * @param isRefused the first call for which it returns true gets an error that no client retries
   */
  collect(isRefused?: (call: AwsCall) => boolean): Promise<InvocationEnd> {
    return this.collector.invoke(this.sourceInput(), isRefused);
  }

  /** Lets time pass; by then Lambda has stopped the idle functions. */
  async pass(minutes: number): Promise<void> {
    this.clock.putForwardTo(this.clock.nowMs() + minutes * MS_PER_MINUTE);
    await Promise.all([this.collector.stop(), this.detector.stop()]);
  }

  /** Invokes the collector with a task of the operator, for the source of the schedule. @param isRefused as of `collect` */
  carryOut(task: CollectorTask, isRefused?: (call: AwsCall) => boolean): Promise<InvocationEnd> {
    return this.collector.invoke({ ...this.sourceInput(), task }, isRefused);
  }

  /**
   * The messages that EventBridge would put into the detector's queue if each of the objects had just been stored,
   * according to the rules of the template.
   */
  queued(keys: readonly string[]): string[] {
    const { EventSourceArn } = this.template.onlyOf('AWS::Lambda::EventSourceMapping');
    const filling = eventRules(this.template).filter(({ Targets }) =>
      Targets.some(({ Arn }) => Arn === EventSourceArn),
    );
    return keys
      .map((key) => objectCreated(key, this.archiveBucket))
      .filter((body) => filling.some(({ EventPattern }) => fits(EventPattern, JSON.parse(body) as BusEvent)));
  }

  /** Invokes the detector as Lambda does for a batch of messages. @param isRefused as of `collect` */
  detect(bodies: readonly string[], isRefused?: (call: AwsCall) => boolean): Promise<InvocationEnd> {
    const Records = bodies.map((body, place) => ({ messageId: `message-${place}`, body }));
    return this.detector.invoke({ Records }, isRefused);
  }

  /** Invokes the detector for what the template's schedules put into its queue. */
  sweep(): Promise<InvocationEnd> {
    const { EventSourceArn } = this.template.onlyOf('AWS::Lambda::EventSourceMapping');
    return this.detect(scheduledInputs(this.template, EventSourceArn));
  }

  /** Invokes the function of the daily message as the template's schedule does. */
  tellDaily(): Promise<InvocationEnd> {
    return this.dailyMessage.invoke(this.scheduledInput('DailyMessage'));
  }

  /** Invokes the function that verifies the archive as the template's schedule does. */
  verify(): Promise<InvocationEnd> {
    return this.verifier.invoke(this.scheduledInput('Verifier'));
  }

  /** Fills the secret, as the operator does with the name from the outputs. */
  async fillSecret(secretName: string, value: Readonly<Record<string, unknown>>): Promise<void> {
    const SecretString = JSON.stringify(value);
    await this.operator.secretsManager.send(
      new PutSecretValueCommand({ SecretId: secretName, SecretString }),
    );
  }

  /** Stores gzip NDJSON, as an earlier version of the collector would have. */
  async putLines(key: string, records: readonly unknown[]): Promise<void> {
    await this.putObject(key, gzipSync(records.map((record) => `${JSON.stringify(record)}\n`).join('')));
  }

  /** Stores an object, as an earlier version of the collector would have. */
  async putObject(key: string, Body: Buffer | string): Promise<void> {
    await this.operator.s3.send(new PutObjectCommand({ Bucket: this.archiveBucket, Key: key, Body }));
  }

  /** The records of an object of gzip NDJSON. */
  async linesOf(key: string): Promise<unknown[]> {
    const { body } = await this.aws.objects.read(this.archiveBucket, key);
    return gunzipSync(body)
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
  }

  async stop(): Promise<void> {
    await this.collector.stop();
    await this.detector.stop();
    await this.dailyMessage.stop();
    await this.verifier.stop();
    this.operator.destroy();
    await this.aws.stop();
  }

  private sourceInput(): CollectorEvent {
    return this.scheduledInput('Sources') as CollectorEvent;
  }

  /** @param idPrefix prefix of the schedule's logical id */
  private scheduledInput(idPrefix: string): unknown {
    const { Target } = this.template.onlyOf('AWS::Scheduler::Schedule', idPrefix) as {
      readonly Target: { readonly Input: string };
    };
    return JSON.parse(Target.Input);
  }

  private async createResources(): Promise<void> {
    for (const [id] of this.template.ofType('AWS::S3::Bucket')) {
      await this.operator.s3.send(new CreateBucketCommand({ Bucket: this.template.nameOf(id) }));
    }
    for (const [id, properties] of this.template.ofType('AWS::DynamoDB::Table')) {
      const { KeySchema, AttributeDefinitions, BillingMode, GlobalSecondaryIndexes } =
        properties as unknown as CreateTableCommandInput;
      const TableName = this.template.nameOf(id);
      await this.operator.dynamoDb.send(
        new CreateTableCommand({
          TableName,
          KeySchema,
          AttributeDefinitions,
          BillingMode,
          GlobalSecondaryIndexes,
        }),
      );
    }
    for (const [, { Name }] of this.template.ofType('AWS::SecretsManager::Secret')) {
      await this.operator.secretsManager.send(new CreateSecretCommand({ Name: Name as string }));
    }
    for (const [id] of this.template.ofType('AWS::SNS::Topic')) this.aws.topics.put(this.template.arnOf(id));
  }
}
