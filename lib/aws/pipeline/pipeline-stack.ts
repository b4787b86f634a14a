import type { StackProps } from 'aws-cdk-lib';
import { Annotations, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { allowedDomainsText } from '../../../lambdas/contract/deployment/tenant-host';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { deploymentOf } from '../../../lambdas/contract/telemetry/metrics';
import { Archive } from '../archive';
import { CollectionSchedules } from '../collect/collection-schedules';
import { CheckpointTable, Collector } from '../collect/collector';
import type { ArchiveSettings, SourceSettings } from '../deployment-schema';
import type { DetectionProps } from '../detect/detection';
import { Detection } from '../detect/detection';
import { Search } from '../search/search';
import type { DailyMessageProps } from '../watch/daily-message';
import { DailyMessage } from '../watch/daily-message';
import type { DashboardProps } from '../watch/dashboard';
import { Dashboard } from '../watch/dashboard';
import { CollectorAlarms, DetectorAlarms } from '../watch/deployment-alarms';
import { AlarmMessages, Notifications } from '../watch/notifications';
import { consoleUrl } from './console-url';
import type { SharedPart } from './source-group';
import { SourceGroup } from './source-group';
import { addStackOutput } from './stack-output';

export interface PipelineStackProps extends StackProps {
  /** What is collected. */
  readonly feed: Feed;
  /** Folder with the built collector. */
  readonly codeFolder: string;
  /** Sources of this stack. */
  readonly sources: readonly SourceSettings[];
  /** Those of all stacks; retired ones, too, may have events in the archive. */
  readonly allSources: readonly SourceSettings[];
  /** Domains besides Netskope's own that tokens may be sent to. */
  readonly allowedDomains: readonly string[];
  readonly alarmEmails: readonly string[];
  /** @default - nobody gets a daily message */
  readonly dailyMessage?: Pick<DailyMessageProps, 'codeFolder'>;
  readonly archive: ArchiveSettings;
  /** @default - nothing raises alerts */
  readonly detection?: Omit<DetectionProps, 'feed' | 'archive' | 'search'>;
}

/**
 * A stack has up to 20 sources, of which each has three lines in the fullest graph. A graph takes 500 metrics, a dashboard
 * 2,500 (Amazon CloudWatch user guide, "CloudWatch service quotas").
 */
const GROUPS_ON_A_DASHBOARD = 5;

/** What all sources share, and the first of the sources. */
export class PipelineStack extends Stack {
  /** For the stacks of further sources. */
  readonly shared: SharedPart;
  private readonly group: SourceGroup;
  private readonly deploymentAlarms: readonly cloudwatch.IAlarm[];

  constructor(scope: Construct, id: string, props: PipelineStackProps) {
    // The dashboard of a hundred sources is large, and a template may have 1 MB.
    super(scope, id, { ...props, terminationProtection: true, suppressTemplateIndentation: true });
    const { feed } = props;
    const secretNamePrefix = `${this.stackName}/`;
    const archive = new Archive(this, 'Archive', { feed, settings: props.archive });
    const checkpoints = new CheckpointTable(this, 'Checkpoints');
    const collector = new Collector(this, 'Collector', {
      feed,
      codeFolder: props.codeFolder,
      archive,
      checkpointTable: checkpoints,
      secretNamePrefix,
      allowedDomains: props.allowedDomains,
    });
    const schedules = new CollectionSchedules(this, 'Schedules', { function: collector.function });
    const messages = new AlarmMessages(this, 'Recoveries', schedules.undelivered);
    const notifications = this.notifications(props.alarmEmails, messages);
    const search = this.search(archive, props);
    const detection =
      props.detection && new Detection(this, 'Detection', { ...props.detection, feed, archive, search });
    const deployment = deploymentOf(this.stackName);
    const resources = { feed, deployment, archive, collector, schedules, notifications, search, detection };
    this.shared = { ...resources, secretNamePrefix };
    const collected = props.allSources.filter(({ retired }) => !retired);
    this.deploymentAlarms = this.alarms(messages, collected);
    const { sources } = props;
    this.group = new SourceGroup(this, 'Sources', { sources, shared: this.shared, messages });
    if (props.dailyMessage !== undefined) {
      new DailyMessage(this, 'DailyMessage', {
        ...props.dailyMessage,
        sourceIds: collected.map(({ id }) => id),
        checkpointTable: checkpoints,
        schedules,
        notifications,
      });
    }
    this.addOutputs(checkpoints);
    this.addAllowedDomains(props.allowedDomains);
  }

  /** One for the sources of this stack and of four others, and one more for each five further stacks. */
  addDashboards(further: readonly SourceGroup[]): void {
    const groups = [this.group, ...further];
    for (let first = 0; first < groups.length; first += GROUPS_ON_A_DASHBOARD) {
      const { dashboard } = this.newDashboard(
        `Dashboard${first === 0 ? '' : first / GROUPS_ON_A_DASHBOARD + 1}`,
        groups.slice(first, first + GROUPS_ON_A_DASHBOARD),
      );
      if (first > 0) continue;
      addStackOutput(this, 'Dashboard', {
        value: `${consoleUrl(this)}/cloudwatch/home?region=${this.region}#dashboards/dashboard/${dashboard.dashboardName}`,
        description: 'Shows how the sources are doing',
      });
    }
  }

  private newDashboard(id: string, groups: readonly SourceGroup[]): Dashboard {
    const { feed, deployment, collector, archive, search, detection } = this.shared;
    return new Dashboard(this.group, id, {
      feed,
      sources: groups.flatMap(({ sources }) => sources),
      deployment,
      collector: collector.function,
      alarms: [...groups.flatMap((group) => this.alarmsOf(group)), ...this.deploymentAlarms],
      archiveBucket: archive.bucket,
      workgroupName: search.workgroupName,
      detection: detectionShown(detection),
    });
  }

  /** Those of other stacks by name: this stack must not depend on stacks that depend on it. */
  private alarmsOf(group: SourceGroup): readonly cloudwatch.IAlarm[] {
    if (group === this.group) return group.alarms;
    return group.alarms.map(({ fixedName }) => cloudwatch.Alarm.fromAlarmName(this, fixedName, fixedName));
  }

  private search({ bucket, key, accessLogsBucket }: Archive, props: PipelineStackProps): Search {
    const { feed, allSources, detection } = props;
    const sourceIds = allSources.map(({ id }) => id);
    const hasAlerts = detection !== undefined;
    return new Search(this, 'Search', { feed, bucket, key, accessLogsBucket, sourceIds, hasAlerts });
  }

  /** The alarms of what all sources share. */
  private alarms(messages: AlarmMessages, collected: readonly SourceSettings[]): cloudwatch.IAlarm[] {
    const { collector, schedules, detection, notifications } = this.shared;
    const ofCollector = new CollectorAlarms(this, 'CollectorAlarms', {
      function: collector.function,
      scheduleMinutes: Math.max(...collected.map(({ scheduleMinutes }) => scheduleMinutes)),
      deadLetters: [
        schedules.undelivered,
        ...(detection === undefined ? [] : [detection.objects.undetected]),
      ],
      notifications,
      messages,
    });
    if (detection === undefined) return [...ofCollector.alarms];
    const ofDetector = new DetectorAlarms(this, 'DetectorAlarms', {
      function: detection.detector.function,
      queue: detection.objects.queue,
      notifications,
    });
    return [...ofCollector.alarms, ...ofDetector.alarms];
  }

  private addOutputs({ table }: CheckpointTable): void {
    const { archive, collector, notifications, search, secretNamePrefix } = this.shared;
    addStackOutput(this, 'ArchiveBucket', {
      value: archive.bucket.bucketName,
      description: 'Holds the events and the quarantine',
    });
    addStackOutput(this, 'CheckpointTable', {
      value: table.tableName,
      description: 'Remembers how far each source was collected',
    });
    addStackOutput(this, 'CollectorFunction', {
      value: collector.function.functionName,
      description: 'Collects one source an invocation',
    });
    addStackOutput(this, 'SecretNamePrefix', {
      value: secretNamePrefix,
      description: 'Precedes the source id in the name of each secret',
    });
    addStackOutput(this, 'AlarmTopic', {
      value: notifications.topic.topicArn,
      description: 'Subscribe here whatever shall hear of alarms',
    });
    addStackOutput(this, 'Workgroup', {
      value: search.workgroupName,
      description: 'Athena workgroup with the saved queries',
    });
  }

  private addAllowedDomains(domains: readonly string[]): void {
    if (domains.length === 0) return;
    addStackOutput(this, 'AllowedDomains', {
      value: allowedDomainsText(domains),
      description: "Domains beside Netskope's own that tokens may be sent to",
    });
  }

  private notifications(emails: readonly string[], messages: AlarmMessages): Notifications {
    const notifications = new Notifications(this, 'Notifications', { emails, messages });
    if (emails.length === 0) {
      Annotations.of(this).addWarningV2(
        'netskope-audit:alarms-reach-nobody',
        'alarmEmails is empty in the CDK context: until something is subscribed to the topic in output AlarmTopic, alarms reach nobody.',
      );
    }
    return notifications;
  }
}

function detectionShown(detection: Detection | undefined): DashboardProps['detection'] {
  return detection && { detector: detection.detector.function, queue: detection.objects.queue };
}
