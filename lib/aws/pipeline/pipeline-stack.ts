import type { StackProps } from 'aws-cdk-lib';
import { Annotations, Stack } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
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
import { CollectorAlarms, DetectorAlarms } from '../watch/deployment-alarms';
import { AlarmMessages, Notifications } from '../watch/notifications';
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
  /** Whether this stack, and each one of further sources, has a dashboard. */
  readonly dashboard: boolean;
  /** @default - nobody gets a daily message */
  readonly dailyMessage?: Pick<DailyMessageProps, 'codeFolder'>;
  readonly archive: ArchiveSettings;
  /** @default - nothing raises alerts */
  readonly detection?: Omit<DetectionProps, 'feed' | 'archive' | 'search'>;
}

/** What all sources share, and the first of the sources. */
export class PipelineStack extends Stack {
  /** For the stacks of further sources. */
  readonly shared: SharedPart;

  constructor(scope: Construct, id: string, props: PipelineStackProps) {
    super(scope, id, { ...props, terminationProtection: true });
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
    const { sources, dashboard: hasDashboard } = props;
    const deployment = deploymentOf(this.stackName);
    const resources = { feed, deployment, archive, collector, schedules, notifications, search, detection };
    this.shared = { ...resources, secretNamePrefix, hasDashboard };
    const collected = props.allSources.filter(({ retired }) => !retired);
    const deploymentAlarms = this.alarms(messages, collected);
    new SourceGroup(this, 'Sources', { sources, shared: this.shared, messages, deploymentAlarms });
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
