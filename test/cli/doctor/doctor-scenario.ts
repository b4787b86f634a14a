import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { RecheckJob } from '../../../lambdas/contract/storage/checkpoint-table';
import type { AlarmKind } from '../../../lambdas/contract/telemetry/alarms';
import {
  DEPLOYMENT_ALARM_KINDS,
  DETECTED_SOURCE_ALARMS,
  SOURCE_ALARM_KINDS,
  SOURCE_ALARMS,
} from '../../../lambdas/contract/telemetry/alarms';
import type { AlarmDefinition } from '../../../lib/local/aws/cloudwatch/alarms';
import type { TopicSubscription } from '../../../lib/local/aws/sns-endpoint';
import type { AwsCall, AwsFault, AwsHooks } from '../../../lib/local/aws/wire/aws-call';
import type { Fault } from '../../../lib/local/netskope-simulator/gateway/fault';
import type { SimulatorOptions } from '../../../lib/local/netskope-simulator/simulator-options';
import { simulatedLogin } from '../../collector/audit-events';
import { NOW_S, TOKEN } from '../../pipeline';
import type { CliEnd } from '../cli-process';
import { DeployedPipeline, OUTPUTS } from '../deployed-pipeline';
import { runCli } from '../run-cli';

/** One finding of `--json`. */
export interface FindingLine {
  readonly check: string;
  readonly verdict: 'good' | 'bad' | 'note' | 'not-checked';
  readonly what: string;
  readonly whatToDo?: string;
}

export interface DoctorRun {
  /** Laid over the variables that lead to the embedded AWS and the simulator. */
  readonly environment?: Readonly<Record<string, string>>;
  /** How far the operator's clock is ahead of all others. @default 0 */
  readonly aheadMs?: number;
}

/** Those of a deployment without detection. */
export const ALARM_KINDS: readonly AlarmKind[] = [
  ...SOURCE_ALARM_KINDS.filter((kind) => !(kind in DETECTED_SOURCE_ALARMS)),
  ...DEPLOYMENT_ALARM_KINDS,
];

export const ALERT_TOPIC = 'arn:aws:sns:us-east-1:000000000000:alerts';
export const CHAT_TOPIC = 'arn:aws:sns:us-east-1:000000000000:chat';

export interface ScenarioOptions {
  /** Whether nobody has set up the source, and no run has begun. @default false */
  readonly isNew?: boolean;
  /** @default - every kind */
  readonly alarmKinds?: readonly AlarmKind[];
  /** How the tenant differs from the others. @default - it does not */
  readonly simulator?: Partial<SimulatorOptions>;
}

/** A deployment in perfect order, until a test changes something. */
export class DoctorScenario {
  private readonly ofPipeline: AwsHooks;

  private constructor(
    readonly deployed: DeployedPipeline,
    private readonly alarmKinds: readonly AlarmKind[],
  ) {
    this.ofPipeline = deployed.pipeline.aws.hooks;
  }

  static async start({
    isNew = false,
    alarmKinds = ALARM_KINDS,
    simulator,
  }: ScenarioOptions = {}): Promise<DoctorScenario> {
    const deployed = await DeployedPipeline.start({
      simulator: { tokens: { valid: [TOKEN] }, ...simulator },
    });
    const scenario = new DoctorScenario(deployed, alarmKinds);
    await scenario.heal();
    if (isNew) {
      await scenario.fill({ token: '' });
      return scenario;
    }
    deployed.pipeline.simulator.add([simulatedLogin('a', NOW_S - 7200), simulatedLogin('b', NOW_S - 600)]);
    await deployed.pipeline.run();
    await scenario.putRecheck();
    deployed.pipeline.clock.pass(60_000);
    return scenario;
  }

  /** Puts everything in order again, except what the collector did. */
  async heal(): Promise<void> {
    this.deployed.pipeline.interference = {};
    this.hook(() => undefined);
    await this.fill({ domain: 'corp.goskope.com', token: TOKEN, tokenExpiresAt: '2027-06-30' });
    this.subscribe([{ protocol: 'email', endpoint: 'soc@example.org' }]);
    for (const kind of this.alarmKinds) this.putAlarm(kind);
  }

  stop(): Promise<void> {
    return this.deployed.stop();
  }

  /** Answers every call of this operation by the operator with an error. */
  refuse(operation: string, code: string, status = 400): void {
    const fault: AwsFault = { kind: 'error', status, code, message: `no ${operation}` };
    this.hook((call) => (call.operation === operation ? fault : undefined));
  }

  async fill(value: Readonly<Record<string, string>>): Promise<void> {
    await this.deployed.pipeline.deployment.putSecret('netskope', value);
  }

  subscribe(subscriptions: readonly TopicSubscription[]): void {
    this.deployed.pipeline.aws.topics.put(OUTPUTS.AlarmTopic, subscriptions);
  }

  /** Adds the topic of alerts to the deployment. */
  subscribeToAlerts(subscriptions: readonly TopicSubscription[]): void {
    this.putTopic('AlertTopic', ALERT_TOPIC, subscriptions);
  }

  /** Adds the topic of alerts for a chat to the deployment. */
  subscribeChat(subscriptions: readonly TopicSubscription[]): void {
    this.putTopic('ChatTopic', CHAT_TOPIC, subscriptions);
  }

  private putTopic(output: string, arn: string, subscriptions: readonly TopicSubscription[]): void {
    const { aws } = this.deployed.pipeline;
    const { outputs } = aws.stacks.find('NetskopeAudit');
    aws.stacks.put('NetskopeAudit', { ...outputs, [output]: arn });
    aws.topics.put(arn, subscriptions);
  }

  /** Puts an alarm of the stack that does not fire, with its action if it has one, and the given differences. */
  putAlarm(kind: AlarmKind, different: Partial<AlarmDefinition> = {}): void {
    this.deployed.pipeline.aws.alarms.put({
      AlarmName: alarmName(kind),
      StateValue: 'OK',
      AlarmActions: kind === 'collector-not-invoked' ? [] : [OUTPUTS.AlarmTopic],
      ...(kind === 'behind' ? { Threshold: 3600 } : {}),
      ...different,
    });
  }

  /** Puts the recheck as a run three hours ago would have left it, with the given differences. */
  async putRecheck(different: Partial<RecheckJob> = {}): Promise<void> {
    const recheck: RecheckJob = {
      state: 'done',
      fromEpochS: NOW_S - 33 * 3600,
      toEpochS: NOW_S - 9 * 3600,
      doneAtMs: (NOW_S - 3 * 3600) * 1000,
      notBeforeS: NOW_S - 40 * 86_400,
      checkedToS: NOW_S - 9 * 3600,
      claimedToS: NOW_S - 9 * 3600,
      recovered: 0,
      unannounced: 0,
      ...different,
    };
    await this.deployed.putCheckpoint({
      streamId: 'netskope#audit#recheck',
      indexName: 'netskope-recheck-index',
      phase: 'unstarted',
      startEpochS: NOW_S - 33 * 3600,
      sequence: 0,
      caughtUp: false,
      totals: { archived: 0, quarantined: 0, drifted: 0 },
      announced: { archived: 0, quarantined: 0, drifted: 0 },
      recheck,
      version: 1,
    });
  }

  /** Makes Netskope answer every call with this fault. */
  breakNetskope(fault: Fault): void {
    this.deployed.pipeline.interference = { netskope: () => fault };
  }

  /** Overwrites an object, as anybody with rights on the bucket can. */
  async overwrite(key: string, text: string): Promise<void> {
    const { url } = this.deployed.pipeline.aws;
    const credentials = { accessKeyId: 'intruder', secretAccessKey: 'none' };
    const s3 = new S3Client({ endpoint: url, region: 'us-east-1', forcePathStyle: true, credentials });
    await s3.send(new PutObjectCommand({ Bucket: OUTPUTS.ArchiveBucket, Key: key, Body: text }));
  }

  /** Intervenes before the operator's AWS calls, not the collector's. */
  hook(before: (call: AwsCall) => AwsFault | undefined): void {
    const isOperator = ({ headers }: AwsCall): boolean =>
      headers.authorization?.includes('Credential=LOCALACCESSKEY/') === true;
    this.deployed.pipeline.aws.hooks = {
      ...this.ofPipeline,
      before: (call) => (isOperator(call) ? before(call) : this.ofPipeline.before?.(call)),
    };
  }

  /** Runs `doctor` with the simulator as the tenant's API. */
  async run(args: readonly string[] = [], { environment, aheadMs = 0 }: DoctorRun = {}): Promise<CliEnd> {
    const { aws, simulator, clock } = this.deployed.pipeline;
    return runCli({
      args: ['doctor', ...args],
      environment: { ...aws.environment(), NETSKOPE_ENDPOINT_URL: simulator.url, ...environment },
      nowMs: clock.nowMs() + aheadMs,
    });
  }

  /** Runs `doctor` and returns the exit code and every finding that is not good. */
  async complaints(args: readonly string[] = [], run: DoctorRun = {}): Promise<Complaints> {
    const { exitCode, stdout } = await this.run([...args, '--json'], run);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as FindingLine);
    const wordsOf = (wanted: FindingLine['verdict']): Record<string, string> =>
      Object.fromEntries(
        lines
          .filter(({ verdict }) => verdict === wanted)
          .map(({ check, what, whatToDo }) => [check, `${what} → ${whatToDo}`]),
      );
    const unchecked = lines.filter(({ verdict }) => verdict === 'not-checked').map(({ check }) => check);
    return { exitCode, bad: wordsOf('bad'), notes: wordsOf('note'), unchecked };
  }
}

/** What `doctor` complained about, by check: what was seen, and what to do. */
export interface Complaints {
  readonly exitCode: number | null;
  readonly bad: Readonly<Record<string, string>>;
  readonly notes: Readonly<Record<string, string>>;
  readonly unchecked: readonly string[];
}

export function alarmName(kind: AlarmKind): string {
  return kind in SOURCE_ALARMS ? `NetskopeAudit-netskope-${kind}` : `NetskopeAudit-${kind}`;
}
