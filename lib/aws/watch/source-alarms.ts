import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { SourceAlarmKind } from '../../../lambdas/contract/telemetry/alarms';
import { AlarmLimit, sourceAlarmName } from '../../../lambdas/contract/telemetry/alarms';
import type { SourceSettings } from '../deployment-schema';
import { namePrefixOf } from '../resource/deployment-name';
import type { Notifications } from './notifications';
import type { AlarmWindow, RunbookAlarmProps } from './runbook-alarm';
import { alarmWindow, missedRuns, oneRun, RunbookAlarm, severalRuns } from './runbook-alarm';
import { lastKnown, sourceMetric, zeroOnceSilent } from './source-metric';

const { LESS_THAN_THRESHOLD, LESS_THAN_OR_EQUAL_TO_THRESHOLD } = cloudwatch.ComparisonOperator;
const { GREATER_THAN_THRESHOLD, GREATER_THAN_OR_EQUAL_TO_THRESHOLD } = cloudwatch.ComparisonOperator;
const { IGNORE, NOT_BREACHING } = cloudwatch.TreatMissingData;

/**
 * Netskope delivers audit events about five minutes late, and waits that it asks for add to that: a limit of ten
 * minutes would fire on ordinary days. The rate limit of a busy tenant does not explain an hour.
 */
const LAG_LIMIT = Duration.seconds(AlarmLimit.lagS);

const QUARANTINE_PERIOD = Duration.minutes(AlarmLimit.quarantinedMinutes);
const RECHECK_PERIOD = Duration.minutes(AlarmLimit.recoveredMinutes);

/**
 * In a tenant that hides users and addresses every login is without a group; elsewhere one event now and then is. The
 * rule that drops them, login-after-failures, needs five failures for an alert: fewer events in a day hide none. Within
 * hours, few administrators would never reach the limit, and many would reach it anew each morning.
 */
const EVENTS_WITHOUT_GROUP = 5;
const WITHOUT_GROUP_PERIOD = Duration.days(1);

const TOKEN_PERIOD = Duration.hours(1);

interface SourceAlarmsProps {
  readonly source: SourceSettings;
  readonly deploymentName: string;
  /** Whether events of this source are evaluated for alerts. */
  readonly hasDetection: boolean;
  /** Where messages go when an alarm of this source begins and when it ends. */
  readonly notifications: Notifications;
}

/**
 * The alarms of one source: one of each kind. Each watches one metric and is billed as one alarm metric.
 *
 * `no-data` and `not-running` fire for a dead collector but not on a fresh deployment: they count from the first point
 * of their metric (`zeroOnceSilent`) and keep their state while there is none. In a replay the alternatives fail. If
 * missing data breaches, the alarm fires within a minute of the deployment; if it is treated in any other way, the
 * alarm never fires for a collector that dies while events come in; if all gaps are filled with zero, it fires before
 * there was anything to miss. A run of the collector during the deployment would not help: a new metric takes minutes
 * to appear, and the alarm is evaluated before. The chosen form cannot see a source of which no run with credentials has
 * ever succeeded: if its runs fail, `credentials-refused`, `behind` and `collector-errors` fire; if they are not delivered,
 * `collector-throttles` and `dead-letters`; if none is even scheduled, its alarms stay without data.
 * `collector-not-invoked` sees a dead collector without any of this.
 */
export class SourceAlarms extends Construct {
  readonly alarms: readonly RunbookAlarm[];
  private readonly source: SourceSettings;
  private readonly deploymentName: string;
  private readonly notifications: Notifications;

  /** @throws Error if CloudWatch would refuse a window: the no-data window, or one that follows from the schedule */
  constructor(scope: Construct, id: string, props: SourceAlarmsProps) {
    super(scope, id);
    const { source, hasDetection } = props;
    this.source = source;
    this.deploymentName = props.deploymentName;
    this.notifications = props.notifications;
    this.alarms = [
      ...(source.noDataAlarm ? [this.noData()] : []),
      this.notRunning(),
      this.credentialsRefused(),
      this.behind(),
      this.quarantined(),
      ...(source.dailyRecheck ? [this.eventsRecovered()] : []),
      ...(hasDetection ? [this.eventsWithoutGroup()] : []),
      this.tokenExpiring(),
    ];
  }

  /** Does not fire while the secret is empty: a run without credentials does not send the metric. */
  private noData(): RunbookAlarm {
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

  /** The points are the runs that have succeeded: no other run sends the metric, and each sends it once. */
  private notRunning(): RunbookAlarm {
    const { period, evaluationPeriods } = this.severalRuns();
    return this.alarm({
      kind: 'not-running',
      metric: zeroOnceSilent(this.metric('EventsArchived', 'SampleCount', period)),
      evaluationPeriods,
      comparison: LESS_THAN_THRESHOLD,
      threshold: 1,
      treatMissingData: IGNORE,
    });
  }

  /** One refusal is enough: the run has read the secret again. Over once a later run had time to succeed. */
  private credentialsRefused(): RunbookAlarm {
    return this.alarm({
      kind: 'credentials-refused',
      metric: zeroOnceSilent(this.metric('CredentialsRefused', 'Sum', oneRun(this.source.scheduleMinutes))),
      comparison: GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: 1,
      treatMissingData: NOT_BREACHING,
    });
  }

  /**
   * In seconds. All runs of the window must be late, so the first one in time ends it. A dead collector does not fire it.
   * While the archive is in time, hours have no point, and the alarm keeps its state.
   */
  private behind(): RunbookAlarm {
    const { period, evaluationPeriods } = this.severalRuns();
    return this.alarm({
      kind: 'behind',
      metric: lastKnown(this.metric('LagSeconds', 'Minimum', period)),
      evaluationPeriods,
      comparison: GREATER_THAN_THRESHOLD,
      threshold: Math.max(LAG_LIMIT.toSeconds(), missedRuns(this.source.scheduleMinutes).toSeconds()),
      treatMissingData: IGNORE,
    });
  }

  private quarantined(): RunbookAlarm {
    return this.alarm({
      kind: 'quarantined',
      metric: zeroOnceSilent(this.metric('EventsQuarantined', 'Sum', QUARANTINE_PERIOD)),
      comparison: GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: 1,
      treatMissingData: NOT_BREACHING,
    });
  }

  /** The recheck has stored events that the live feed had lost; the cause may still be there. */
  private eventsRecovered(): RunbookAlarm {
    return this.alarm({
      kind: 'events-recovered',
      metric: zeroOnceSilent(this.metric('EventsRecovered', 'Sum', RECHECK_PERIOD)),
      comparison: GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: 1,
      treatMissingData: NOT_BREACHING,
    });
  }

  /** Does not fire for single events. */
  private eventsWithoutGroup(): RunbookAlarm {
    return this.alarm({
      kind: 'events-without-group',
      metric: zeroOnceSilent(this.metric('EventsWithoutGroup', 'Sum', WITHOUT_GROUP_PERIOD)),
      comparison: GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: EVENTS_WITHOUT_GROUP,
      treatMissingData: NOT_BREACHING,
    });
  }

  /** Without data if the secret names no day. The daily message counts the days down. */
  private tokenExpiring(): RunbookAlarm {
    return this.alarm({
      kind: 'token-expiring',
      metric: this.metric('TokenDaysLeft', 'Maximum', TOKEN_PERIOD),
      comparison: LESS_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: AlarmLimit.tokenDaysLeft,
      treatMissingData: IGNORE,
    });
  }

  private severalRuns(): AlarmWindow {
    return alarmWindow(severalRuns(this.source.scheduleMinutes));
  }

  private metric(
    name: Parameters<typeof sourceMetric>[0],
    statistic: Parameters<typeof sourceMetric>[1]['statistic'],
    period: Duration,
  ): cloudwatch.Metric {
    const { source, deploymentName } = this;
    return sourceMetric(name, { sourceId: source.id, deploymentName, statistic, period });
  }

  private alarm(
    props: Omit<RunbookAlarmProps, 'name' | 'notifications'> & { readonly kind: SourceAlarmKind },
  ): RunbookAlarm {
    const name = sourceAlarmName(namePrefixOf(this), this.source.id, props.kind);
    return new RunbookAlarm(this, { ...props, name, notifications: this.notifications });
  }
}
