import type { AlarmKind } from '../../../lambdas/contract/telemetry/alarms';
import { ALARMS } from '../../../lambdas/contract/telemetry/alarms';
import type { AwsCall } from '../../../lib/local/aws/wire/aws-call';
import {
  createLocalDetection,
  LOCAL_BUCKET,
  LOCAL_DETECTION_TABLE,
} from '../../../lib/local/local-deployment';
import { metricIdentity } from '../../aws/watch/cloudwatch-model/alarm-definition';
import type { MetricPoint } from '../../aws/watch/cloudwatch-model/alarm-replay';
import { replayAlarm } from '../../aws/watch/cloudwatch-model/alarm-replay';
import { templateAlarms } from '../../aws/watch/cloudwatch-model/watched-source';
import type { RunOptions } from '../../pipeline';
import { NOW_S } from '../../pipeline';
import { runbookTexts } from '../../runbook-texts';
import type { CliEnd } from '../cli-process';
import type { CliOptions } from '../deployed-pipeline';
import { DoctorScenario } from '../doctor/doctor-scenario';

const MINUTE_MS = 60_000;
export const SCHEDULE_MINUTES = 5;
/** AWS's own example retrieves so many periods beyond those of an alarm. */
const SURPLUS_PERIODS = 2;

/** One metric that AWS counts by itself. */
interface CountedMetric {
  readonly namespace: 'AWS/Lambda' | 'AWS/SQS';
  readonly name: string;
  /** The function or the queue, as the model of the template calls it. */
  readonly of: string;
}

/** The trouble that fires the alarm, what doctor finds, the remedy of the entry, and the end of the alarm. */
export type Play = (played: PlayedRunbook) => Promise<void>;

/**
 * A deployment in perfect order, a trouble that a test makes in it, and an operator who types what the runbook says. The
 * alarms are those of the template, evaluated over the points that the functions have sent to the embedded CloudWatch, and
 * those that Lambda and SQS would have counted. The tenant walks by event time: the live feed misses what comes late.
 */
export class PlayedRunbook {
  private readonly countedByAws: MetricPoint[] = [];

  private constructor(
    readonly scenario: DoctorScenario,
    private readonly kind: AlarmKind,
  ) {}

  /** @param kind the alarm whose entry is played */
  static async of(kind: AlarmKind): Promise<PlayedRunbook> {
    const alarmKinds = Object.keys(ALARMS) as AlarmKind[];
    const scenario = await DoctorScenario.start({ alarmKinds, simulator: { walksBy: 'event-time' } });
    const { aws } = scenario.deployed.pipeline;
    await createLocalDetection(aws);
    const { stacks } = aws;
    const { outputs } = stacks.find('NetskopeAudit');
    const functions = { DetectorFunction: 'detector', VerifierFunction: 'verifier' };
    stacks.put('NetskopeAudit', { ...outputs, ...functions, DetectionTable: LOCAL_DETECTION_TABLE });
    return new PlayedRunbook(scenario, kind);
  }

  stop(): Promise<void> {
    return this.scenario.stop();
  }

  get pipeline(): DoctorScenario['deployed']['pipeline'] {
    return this.scenario.deployed.pipeline;
  }

  /** Lets time pass without a run. */
  silence(minutes: number): void {
    this.pipeline.clock.pass(minutes * MINUTE_MS);
  }

  /** Runs of the schedule. @param everyMinutes longer than the schedule where runs in between would change nothing */
  async runs(count: number, everyMinutes = SCHEDULE_MINUTES, options: RunOptions = {}): Promise<void> {
    for (let run = 0; run < count; run++) {
      this.silence(everyMinutes);
      await this.run(options);
    }
  }

  /** One run, now. */
  async run(options: RunOptions = {}): Promise<void> {
    const { kind } = await this.pipeline.run({ scheduleMinutes: SCHEDULE_MINUTES, ...options });
    this.countLambda('Invocations', 1);
    this.countLambda('Errors', kind === 'returned' ? 0 : 1);
    this.countLambda('Throttles', 0);
  }

  /** Runs of the schedule that Lambda does not start, as no concurrency is left. */
  throttledRuns(count: number): void {
    for (let run = 0; run < count; run++) {
      this.silence(SCHEDULE_MINUTES);
      this.countLambda('Throttles', 1);
    }
  }

  private countLambda(name: string, value: number): void {
    this.count({ namespace: 'AWS/Lambda', name, of: 'collector' }, value);
  }

  /** Counts the messages of a queue of dead letters. */
  countDeadLetters(queue: 'undelivered' | 'undetected', messages: number): void {
    this.count({ namespace: 'AWS/SQS', name: 'ApproximateNumberOfMessagesVisible', of: queue }, messages);
  }

  /** Counts as AWS does by itself, now. */
  count({ namespace, name, of }: CountedMetric, value: number): void {
    const Name = namespace === 'AWS/Lambda' ? 'FunctionName' : 'QueueName';
    const identity = metricIdentity(namespace, name, [{ Name, Value: of }]);
    this.countedByAws.push({ identity, timeS: this.nowS, value });
  }

  get nowS(): number {
    return Math.floor(this.pipeline.clock.nowMs() / 1000);
  }

  /** Whether the alarm fires now, after the few minutes that CloudWatch takes. */
  fires(): boolean {
    this.silence(4);
    const [alarm] = templateAlarms({ scheduleMinutes: SCHEDULE_MINUTES }, this.kind);
    if (alarm === undefined) throw new Error(`the template has no alarm ${this.kind}; expected one`);
    const range = { fromS: NOW_S, toS: Math.floor(this.nowS / 60) * 60, surplusPeriods: SURPLUS_PERIODS };
    const state = replayAlarm(alarm, this.points(), range).at(-1)?.to;
    this.scenario.putAlarm(this.kind, { StateValue: state ?? 'INSUFFICIENT_DATA' });
    return state === 'ALARM';
  }

  private points(): readonly MetricPoint[] {
    const sent = this.pipeline.aws.metrics.all().map((point) => ({
      identity: metricIdentity(
        point.namespace,
        point.metricName,
        Object.entries(point.dimensions).map(([Name, Value]) => ({ Name, Value })),
      ),
      timeS: Math.floor(point.timestampMs / 1000),
      value: point.sum,
    }));
    return [...sent, ...this.countedByAws].sort((left, right) => left.timeS - right.timeS);
  }

  /** How often an event is in the archive. */
  async archivedTimes(id: string): Promise<number> {
    return (await this.keysOf(id)).length;
  }

  /** The object that holds an event. */
  async keyOf(id: string): Promise<string> {
    const [key] = await this.keysOf(id);
    if (key === undefined) throw new Error(`event ${id} is not archived`);
    return key;
  }

  private async keysOf(id: string): Promise<string[]> {
    const lines = await this.pipeline.archived();
    return lines.filter(({ line }) => line.includes(`"_id":"${id}"`)).map(({ key }) => key);
  }

  /** Puts an object, whatever there was. */
  async put(key: string, body: Buffer): Promise<void> {
    const attributes = { contentType: 'application/gzip', userMetadata: {} };
    await this.pipeline.aws.objects.put({
      bucket: LOCAL_BUCKET,
      key,
      body,
      attributes,
      onlyIfAbsent: false,
    });
  }

  /** What `doctor`, the first command of the entry, finds wrong. */
  async doctor(): Promise<string[]> {
    const { bad } = await this.scenario.complaints(entryCommands(this.kind)[0].slice(1));
    return Object.keys(bad);
  }

  /** Types the second command of the entry. @param more its further arguments */
  async remedy(more: readonly string[] = [], options: CliOptions = {}): Promise<CliEnd> {
    return this.type([...entryCommands(this.kind)[1], ...more], options);
  }

  /** The text of the entry. */
  get entry(): string {
    return runbookTexts().get(this.kind) ?? '';
  }

  /** Types any command. */
  async type(args: readonly string[], options: CliOptions = {}): Promise<CliEnd> {
    const environment = { NETSKOPE_ENDPOINT_URL: this.pipeline.simulator.url };
    return this.scenario.deployed.cli(args, { environment, ...options });
  }
}

/** As where somebody has taken the right to the table from a function's role. */
export function deniesTable({ service }: AwsCall) {
  return service === 'dynamodb'
    ? ({ kind: 'error', status: 400, code: 'AccessDeniedException', message: 'not authorized' } as const)
    : undefined;
}

/** The two commands that an entry of the runbook begins with, as words, for source `netskope`. */
function entryCommands(kind: AlarmKind): [string[], string[]] {
  const text = runbookTexts().get(kind) ?? '';
  const [first, second] = [...text.matchAll(/^npx --no -- netskope-audit (.*?)(?: {3}#.*)?$/gm)].map(
    ([, command = '']) => command.replace('<source id>', 'netskope').split(' '),
  );
  if (first === undefined || second === undefined) throw new Error(`${kind} has not begun with two commands`);
  return [first, second];
}
