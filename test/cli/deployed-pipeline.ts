import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { CollectorEvent } from '../../lambdas/contract/deployment/collector-event';
import type { Source } from '../../lambdas/contract/deployment/collector-event';
import type { Checkpoint } from '../../lambdas/contract/storage/checkpoint-table';
import type { SimulatorOptions } from '../../lib/local/netskope-simulator/simulator-options';
import { Pipeline } from '../pipeline';
import type { CliCommand, CliEnd } from './cli-process';
import { CliProcess } from './cli-process';
import { runCli } from './run-cli';

/** Outputs of the pipeline's stack in these tests, except for the sources. */
export const OUTPUTS = {
  ArchiveBucket: 'netskope-audit-archive',
  CheckpointTable: 'netskope-audit-checkpoints',
  CollectorFunction: 'collector',
  SecretNamePrefix: 'netskope-audit/',
  AlarmTopic: 'arn:aws:sns:us-east-1:000000000000:alarms',
  Workgroup: 'netskope-audit',
} as const;

/** One source, as in the output of a stack. */
export function deployedSource(sourceId: string): Source {
  return { sourceId, label: sourceId, startLookbackHours: 24, scheduleMinutes: 5, dailyRecheck: true };
}

export interface StartOptions {
  readonly sourceIds?: readonly string[];
  readonly simulator?: Partial<SimulatorOptions>;
}

export interface CliOptions {
  /** Laid over the variables that lead to the embedded AWS. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Width of the terminal that it writes to. @default - it writes to a pipe */
  readonly columns?: number;
}

/**
 * A deployment on loopback: the collector, a simulated tenant, and an embedded AWS with the stack. Command lines run
 * against it at the time of the test.
 */
export class DeployedPipeline {
  private readonly processes: CliProcess[] = [];
  /** For clients of the embedded AWS. */
  readonly settings: { endpoint: string; region: string; credentials: typeof CREDENTIALS };

  private constructor(readonly pipeline: Pipeline) {
    this.settings = { endpoint: pipeline.aws.url, region: 'us-east-1', credentials: CREDENTIALS };
  }

  static async start({ sourceIds = ['netskope'], simulator }: StartOptions = {}): Promise<DeployedPipeline> {
    const deployed = new DeployedPipeline(await Pipeline.start(simulator));
    const { aws, clock } = deployed.pipeline;
    aws.tellsTimeMs = () => clock.nowMs();
    aws.stacks.put('NetskopeAudit', {
      ...OUTPUTS,
      Sources: JSON.stringify(sourceIds.map(deployedSource)),
    });
    aws.topics.put(OUTPUTS.AlarmTopic);
    aws.functions.put(OUTPUTS.CollectorFunction, (payload) => deployed.invocation(payload as CollectorEvent));
    return deployed;
  }

  async stop(): Promise<void> {
    for (const process of this.processes) process.interrupt();
    await Promise.all(this.processes.map(({ end }) => end));
    await this.pipeline.stop();
  }

  /** Runs a command to its end. */
  async cli(args: readonly string[], options: CliOptions = {}): Promise<CliEnd> {
    return runCli({ ...this.command(args, options), columns: options.columns });
  }

  /** Starts a command as a process of its own. */
  startCli(args: readonly string[], options: CliOptions = {}): CliProcess {
    const process = CliProcess.start(this.command(args, options));
    this.processes.push(process);
    return process;
  }

  private command(args: readonly string[], { environment, stdin }: CliOptions): CliCommand {
    return {
      args,
      environment: { ...this.pipeline.aws.environment(), ...environment },
      nowMs: this.pipeline.clock.nowMs(),
      stdin,
    };
  }

  /** Puts a checkpoint as a run would have left it. */
  async putCheckpoint(checkpoint: Checkpoint): Promise<void> {
    const Item = marshall(checkpoint, { removeUndefinedValues: true });
    await new DynamoDBClient(this.settings).send(
      new PutItemCommand({ TableName: OUTPUTS.CheckpointTable, Item }),
    );
  }

  /** Puts one point of a metric of a source. */
  async putMetric(
    sourceId: string,
    name: string,
    { value, atMs, deployment }: { value: number; atMs: number; deployment?: string },
  ): Promise<void> {
    const Dimensions = [
      { Name: 'SourceId', Value: sourceId },
      ...(deployment === undefined ? [] : [{ Name: 'Deployment', Value: deployment }]),
    ];
    const datum = { MetricName: name, Dimensions, Value: value, Timestamp: new Date(atMs) };
    await new CloudWatchClient(this.settings).send(
      new PutMetricDataCommand({ Namespace: 'NetskopeAudit', MetricData: [datum] }),
    );
  }

  /** One run of the collector, or one task, as Lambda would report it. */
  private async invocation({ task, secret }: CollectorEvent) {
    const end = await (task === undefined ? this.pipeline.run({ secret }) : this.pipeline.carryOut(task));
    const use = { cpuMs: 0, maxRssBytes: 0, fullCollections: 0 };
    switch (end.kind) {
      case 'returned':
        return { kind: 'returned', value: 'summary' in end ? end.summary : end.value, ...use } as const;
      case 'threw':
        return { kind: 'failed', error: { ...named(end.error), stack: '' }, ...use } as const;
      case 'died':
        return { kind: 'died', signal: 'SIGKILL' } as const;
    }
  }
}

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

function named({ name, message }: Error): { name: string; message: string } {
  return { name, message };
}
