import type { AlarmKind } from '../../../lambdas/contract/telemetry/alarms';
import { metricIdentity } from '../../aws/watch/cloudwatch-model/alarm-definition';
import type { MetricPoint } from '../../aws/watch/cloudwatch-model/alarm-replay';
import { replayAlarm } from '../../aws/watch/cloudwatch-model/alarm-replay';
import { templateAlarms } from '../../aws/watch/cloudwatch-model/watched-source';
import { NOW_S } from '../../pipeline';
import { runbookTexts } from '../../runbook-texts';
import type { CliEnd } from '../cli-process';
import type { CliOptions } from '../deployed-pipeline';
import { DoctorScenario } from '../doctor/doctor-scenario';

const MINUTE_MS = 60_000;
const SCHEDULE_MINUTES = 5;
/** AWS's own example retrieves so many periods beyond those of an alarm. */
const SURPLUS_PERIODS = 2;

/**
 * A deployment in perfect order, a trouble that a test makes in it, and an operator who types what the runbook says. The
 * alarms are those of the template, evaluated over the points that the collector has sent to the embedded CloudWatch, and
 * those that Lambda would have counted.
 */
export class PlayedRunbook {
  private readonly countedByLambda: MetricPoint[] = [];

  private constructor(
    readonly scenario: DoctorScenario,
    private readonly kind: AlarmKind,
  ) {}

  /** @param kind the alarm whose entry is played */
  static async of(kind: AlarmKind): Promise<PlayedRunbook> {
    return new PlayedRunbook(await DoctorScenario.start(), kind);
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
  async runs(count: number, everyMinutes = SCHEDULE_MINUTES): Promise<void> {
    for (let run = 0; run < count; run++) {
      this.silence(everyMinutes);
      const { kind } = await this.pipeline.run({ scheduleMinutes: SCHEDULE_MINUTES });
      this.count('Invocations', 1);
      this.count('Errors', kind === 'returned' ? 0 : 1);
    }
  }

  private count(name: string, value: number): void {
    const dimensions = [{ Name: 'FunctionName', Value: 'collector' }];
    const identity = metricIdentity('AWS/Lambda', name, dimensions);
    this.countedByLambda.push({ identity, timeS: this.nowS, value });
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
    return [...sent, ...this.countedByLambda].sort((left, right) => left.timeS - right.timeS);
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

  /** Types any command. */
  async type(args: readonly string[], options: CliOptions = {}): Promise<CliEnd> {
    const environment = { NETSKOPE_ENDPOINT_URL: this.pipeline.simulator.url };
    return this.scenario.deployed.cli(args, { environment, ...options });
  }
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
