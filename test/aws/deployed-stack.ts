import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateSecretCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import type { CollectorEvent, CollectorTask } from '../../lambdas/contract/collector-event';
import { FunctionProcess } from '../../lib/local/function-process';
import type { InvocationEnd } from '../../lib/local/function-process';
import type { AwsCall } from '../../lib/local/aws/aws-call';
import { LocalAws } from '../../lib/local/aws/local-aws';
import { lambdaNodeBinary } from '../end-to-end/lambda-node';
import { AwsClients } from '../local/aws/aws-clients';
import type { DeployedTemplate } from './deployed-template';

/** Properties of AWS::Lambda::Function that the platform acts on. */
interface FunctionProperties {
  readonly Handler: string;
  readonly Timeout: number;
  readonly Code: { readonly S3Key: string };
  readonly Environment: { readonly Variables: Readonly<Record<string, string>> };
}

/**
 * A template deployed onto this machine: its bucket, table and secret in the embedded AWS endpoint, under the names the
 * template gives, and its function as a process, with asset, handler, time-out and environment of the template. Nothing
 * of it is known from anywhere else.
 */
export class DeployedCollector {
  /** What the function asked of AWS, in order. */
  readonly calls: AwsCall[] = [];
  private readonly operator: AwsClients;
  private readonly collector: FunctionProcess;

  private constructor(
    readonly template: DeployedTemplate,
    readonly aws: LocalAws,
    netskopeUrl: string,
  ) {
    this.operator = new AwsClients(aws);
    const { Handler, Timeout, Code, Environment } = template.onlyOf(
      'AWS::Lambda::Function',
    ) as unknown as FunctionProperties;
    this.collector = new FunctionProcess({
      codeFolder: assetFolder(template, Code.S3Key),
      handler: Handler,
      environment: { ...aws.environment(), ...Environment.Variables, NETSKOPE_ENDPOINT_URL: netskopeUrl },
      timeoutMs: Timeout * 1000,
      nodeBinary: lambdaNodeBinary(),
    });
  }

  static async deploy(template: DeployedTemplate, netskopeUrl: string): Promise<DeployedCollector> {
    const deployed = new DeployedCollector(template, await LocalAws.start(), netskopeUrl);
    await deployed.createResources();
    return deployed;
  }

  /**
   * Invokes the function as the template's schedule does.
   * @param isRefused the first call it accepts is answered with an error that no client tries again
   */
  async invokeAsScheduled(isRefused: (call: AwsCall) => boolean = () => false): Promise<InvocationEnd> {
    return this.invoke(this.scheduledInput(), isRefused);
  }

  /** Invokes the function with a task of the operator, for the source of the schedule. */
  async carryOut(task: CollectorTask): Promise<InvocationEnd> {
    return this.invoke({ ...this.scheduledInput(), task });
  }

  private scheduledInput(): CollectorEvent {
    const { Target } = this.template.onlyOf('AWS::Scheduler::Schedule') as {
      readonly Target: { readonly Input: string };
    };
    return JSON.parse(Target.Input) as CollectorEvent;
  }

  private async invoke(
    input: CollectorEvent,
    isRefused: (call: AwsCall) => boolean = () => false,
  ): Promise<InvocationEnd> {
    let refusalsLeft = 1;
    this.aws.hooks = {
      before: (call) => {
        this.calls.push(call);
        if (refusalsLeft === 0 || !isRefused(call)) return undefined;
        refusalsLeft -= 1;
        return {
          kind: 'error',
          status: 400,
          code: 'ValidationException',
          message: 'Refused by the rehearsal.',
        };
      },
    };
    const end = await this.collector.invoke(input);
    this.aws.hooks = {};
    return end;
  }

  /** Fills in the secret, as the operator does with the name the outputs give. */
  async fillSecret(secretName: string, value: Readonly<Record<string, unknown>>): Promise<void> {
    const SecretString = JSON.stringify(value);
    await this.operator.secretsManager.send(
      new PutSecretValueCommand({ SecretId: secretName, SecretString }),
    );
  }

  /** Stores gzip NDJSON, as an earlier version of the function would have. */
  async putLines(bucket: string, key: string, records: readonly unknown[]): Promise<void> {
    const Body = gzipSync(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
    await this.operator.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body }));
  }

  async stop(): Promise<void> {
    await this.collector.stop();
    this.operator.destroy();
    await this.aws.stop();
  }

  private async createResources(): Promise<void> {
    for (const [id] of this.template.ofType('AWS::S3::Bucket')) {
      await this.operator.s3.send(new CreateBucketCommand({ Bucket: this.template.nameOf(id) }));
    }
    for (const [id, properties] of this.template.ofType('AWS::DynamoDB::Table')) {
      const { KeySchema, AttributeDefinitions, BillingMode } =
        properties as unknown as CreateTableCommandInput;
      const TableName = this.template.nameOf(id);
      await this.operator.dynamoDb.send(
        new CreateTableCommand({ TableName, KeySchema, AttributeDefinitions, BillingMode }),
      );
    }
    for (const [, { Name }] of this.template.ofType('AWS::SecretsManager::Secret')) {
      await this.operator.secretsManager.send(new CreateSecretCommand({ Name: Name as string }));
    }
  }
}

/** The folder that the deployment would upload under the key. @throws Error where the assembly has no such asset */
function assetFolder({ template }: DeployedTemplate, objectKey: string): string {
  const { stackName, assemblyFolder } = template;
  const manifest = readFileSync(join(assemblyFolder, `${stackName}.assets.json`), 'utf8');
  const { files } = JSON.parse(manifest) as {
    readonly files: Record<
      string,
      { source: { path: string }; destinations: Record<string, { objectKey: string }> }
    >;
  };
  const asset = Object.values(files).find(({ destinations }) =>
    Object.values(destinations).some((destination) => destination.objectKey === objectKey),
  );
  if (asset === undefined) throw new Error(`the assembly has no asset ${objectKey}`);
  return join(assemblyFolder, asset.source.path);
}
