import { Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { SourceAlarmKind } from '../../../lambdas/contract/telemetry/alarm-names';
import { sourceAlarmName } from '../../../lambdas/contract/telemetry/alarm-names';
import type { SourceSettings } from '../settings/deployment-schema';
import type { AlarmWindow } from './alarm-window';
import { alarmWindow } from './alarm-window';
import type { RecoveryMessages } from './recovery-messages';
import type { RunbookAlarmProps } from './runbook-alarm';
import { RunbookAlarm } from './runbook-alarm';
import { lastKnown, sourceMetric, zeroOnceSilent } from './source-metric';

const { LESS_THAN_THRESHOLD, LESS_THAN_OR_EQUAL_TO_THRESHOLD } = cloudwatch.ComparisonOperator;
const { GREATER_THAN_THRESHOLD, GREATER_THAN_OR_EQUAL_TO_THRESHOLD } = cloudwatch.ComparisonOperator;
const { IGNORE, NOT_BREACHING } = cloudwatch.TreatMissingData;

/** A run reports when it ends, and no function runs longer (AWS Lambda developer guide, "Lambda quotas"). */
const LONGEST_RUN = Duration.minutes(15);

/** Runs that may fail in a row, or be skipped because one before them still works, before it is worth a message. */
const RUNS_MISSED = 3;

/**
 * Netskope hands out audit events about five minutes late, and a wait it asks for adds more: a limit of ten minutes
 * would fire on ordinary days. An hour is what the rate limit of a busy tenant does not explain.
 */
const LAG_LIMIT = Duration.hours(1);

/** At most one message an hour while events keep failing. */
const QUARANTINE_PERIOD = Duration.hours(1);

/** At most one message a day: the recheck that finds events runs once a day. */
const RECOVERY_PERIOD = Duration.days(1);

const TOKEN_PERIOD = Duration.hours(1);
const TOKEN_DAYS_LEFT = [30, 7, 1] as const;

export interface SourceAlarmsProps {
  readonly source: SourceSettings;
  /** Is notified when an alarm of this source begins and when it ends. */
  readonly topic: sns.ITopic;
  readonly recoveries: RecoveryMessages;
}

/**
 * The alarms of one source: each kind of silence has a name. Nine; each watches one metric and is billed as one alarm
 * metric.
 *
 * `no-data` and `not-running` fire for a collector that is dead, and yet are quiet on a fresh deployment: they count from
 * the first point of their metric (`zeroOnceSilent`) and keep their state while there is none. Replayed, the other forms
 * fail. Missing data as breaching fires within a minute of the deployment; in any other way it never fires for a
 * collector that dies while events come in; gaps filled with zero throughout fire before there was anything to miss. A
 * run of the collector during the deployment would not help: a new metric takes minutes to appear, and the alarm is
 * evaluated before. What the chosen form cannot see is a source of which no run has ever reported: where runs fail before
 * they can or are not delivered, `collector-errors`, `collector-throttles` and `dead-letters` say so; where none is even
 * scheduled, its alarms stay without data.
 */
export class SourceAlarms extends Construct {
  readonly alarms: readonly cloudwatch.Alarm[];
  private readonly source: SourceSettings;
  private readonly topic: sns.ITopic;

  /** @throws Error where CloudWatch would refuse a window: the no-data window, or one that follows from the schedule */
  constructor(scope: Construct, id: string, { source, topic, recoveries }: SourceAlarmsProps) {
    super(scope, id);
    this.source = source;
    this.topic = topic;
    this.alarms = [
      ...(source.noDataAlarm ? [this.noData()] : []),
      this.notRunning(),
      this.credentialsRefused(),
      this.behind(),
      this.quarantined(),
      ...(source.dailyRecheck ? [this.eventsRecovered()] : []),
      ...TOKEN_DAYS_LEFT.map((days) => this.tokenExpiring(days)),
    ];
    recoveries.announce(this, { alarms: this.alarms, topic });
  }

  /** Quiet for as long as the secret is empty: every run that had credentials sends its count. */
  private noData(): cloudwatch.Alarm {
    const { period, evaluationPeriods } = alarmWindow(Duration.minutes(this.source.noDataWindowMinutes));
    return this.alarm({
      kind: 'no-data',
      metric: zeroOnceSilent(this.metric('EventsArchived', 'Sum', period)),
      evaluationPeriods,
      comparison: LESS_THAN_THRESHOLD,
      threshold: 1,
      treatMissingData: IGNORE,
    });
  }

  /** Quiet until a run has ended as it should; runs that find an empty secret do. */
  private notRunning(): cloudwatch.Alarm {
    const { period, evaluationPeriods } = this.severalRuns();
    return this.alarm({
      kind: 'not-running',
      metric: zeroOnceSilent(this.metric('RunSucceeded', 'Sum', period)),
      evaluationPeriods,
      comparison: LESS_THAN_THRESHOLD,
      threshold: 1,
      treatMissingData: IGNORE,
    });
  }

  /** One refusal is enough: the run has read the secret again and tried twice. Ends once a run may have gone well. */
  private credentialsRefused(): cloudwatch.Alarm {
    return this.alarm({
      kind: 'credentials-refused',
      metric: zeroOnceSilent(
        this.metric(
          'CredentialsRefused',
          'Sum',
          LONGEST_RUN.plus(Duration.minutes(this.source.scheduleMinutes)),
        ),
      ),
      comparison: GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: 1,
      treatMissingData: NOT_BREACHING,
    });
  }

  /** Seconds. Every run of the window has to be late, so that the first one in time ends it; a dead collector does not. */
  private behind(): cloudwatch.Alarm {
    const { period, evaluationPeriods } = this.severalRuns();
    return this.alarm({
      kind: 'behind',
      metric: lastKnown(this.metric('LagSeconds', 'Minimum', period)),
      evaluationPeriods,
      comparison: GREATER_THAN_THRESHOLD,
      threshold: Math.max(LAG_LIMIT.toSeconds(), this.missedRuns.toSeconds()),
      treatMissingData: IGNORE,
    });
  }

  private quarantined(): cloudwatch.Alarm {
    return this.alarm({
      kind: 'quarantined',
      metric: zeroOnceSilent(this.metric('EventsQuarantined', 'Sum', QUARANTINE_PERIOD)),
      comparison: GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: 1,
      treatMissingData: NOT_BREACHING,
    });
  }

  /** The live feed had lost events: the recheck has stored them, and the cause may still be there. */
  private eventsRecovered(): cloudwatch.Alarm {
    return this.alarm({
      kind: 'events-recovered',
      metric: zeroOnceSilent(this.metric('EventsRecovered', 'Sum', RECOVERY_PERIOD)),
      comparison: GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: 1,
      treatMissingData: NOT_BREACHING,
    });
  }

  /** Without data where the secret names no day. The newest token decides, so that a rotation ends it at once. */
  private tokenExpiring(days: (typeof TOKEN_DAYS_LEFT)[number]): cloudwatch.Alarm {
    return this.alarm({
      kind: `token-expiring-${days}`,
      metric: this.metric('TokenDaysLeft', 'Maximum', TOKEN_PERIOD),
      comparison: LESS_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: days,
      treatMissingData: IGNORE,
    });
  }

  private get missedRuns(): Duration {
    return Duration.minutes(RUNS_MISSED * this.source.scheduleMinutes);
  }

  /** Long enough for several runs to report, of which the first may take as long as a run can. */
  private severalRuns(): AlarmWindow {
    return alarmWindow(LONGEST_RUN.plus(this.missedRuns));
  }

  private metric(
    name: Parameters<typeof sourceMetric>[0],
    statistic: Parameters<typeof sourceMetric>[1]['statistic'],
    period: Duration,
  ): cloudwatch.Metric {
    return sourceMetric(name, { sourceId: this.source.id, statistic, period });
  }

  private alarm(
    props: Omit<RunbookAlarmProps, 'name' | 'topic'> & { readonly kind: SourceAlarmKind },
  ): cloudwatch.Alarm {
    const name = sourceAlarmName(Stack.of(this).stackName, this.source.id, props.kind);
    return new RunbookAlarm(this, { ...props, name, topic: this.topic });
  }
}
