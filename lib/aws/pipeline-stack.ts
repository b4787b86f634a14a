import { Annotations, CfnOutput, Stack } from 'aws-cdk-lib';
import type { StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Archive } from './archive';
import { CheckpointTable } from './checkpoint-table';
import { CollectionSchedules } from './collection-schedules';
import { Collector } from './collector';
import { CollectorAlarms } from './collector-alarms';
import type { ArchiveSettings } from './deployment-schema';
import { Notifications } from './notifications';
import { Search } from './search';
import type { SourceConfig } from './source-config';
import { SourceGroup } from './source-group';
import type { SharedPart } from './source-group';

export interface PipelineStackProps extends StackProps {
  /** Folder with the built collector. */
  readonly codeFolder: string;
  /** Sources of this stack. */
  readonly sources: readonly SourceConfig[];
  /** Every source the archive has events of: those of all stacks, retired ones too. */
  readonly searchedSourceIds: readonly string[];
  readonly alarmEmails: readonly string[];
  readonly archive: ArchiveSettings;
}

/** What all sources share, and the first of the sources. */
export class PipelineStack extends Stack {
  /** For the stacks of further sources. */
  readonly shared: SharedPart;

  constructor(scope: Construct, id: string, props: PipelineStackProps) {
    super(scope, id, props);
    const secretNamePrefix = `${this.stackName}/`;
    const archive = new Archive(this, 'Archive', { settings: props.archive });
    const collector = new Collector(this, 'Collector', {
      codeFolder: props.codeFolder,
      archive,
      checkpointTable: new CheckpointTable(this, 'Checkpoints'),
      secretNamePrefix,
    });
    const schedules = new CollectionSchedules(this, 'Schedules', { function: collector.function });
    const notifications = this.notifications(props.alarmEmails);
    const collectorAlarms = new CollectorAlarms(this, 'CollectorAlarms', {
      function: collector.function,
      deadLetters: [schedules.undelivered],
      topic: notifications.topic,
    });
    const search = new Search(this, 'Search', {
      bucket: archive.bucket,
      key: archive.key,
      accessLogsBucket: archive.accessLogsBucket,
      sourceIds: props.searchedSourceIds,
    });
    this.shared = { archive, collector, schedules, notifications, search, secretNamePrefix };
    new SourceGroup(this, 'Sources', {
      sources: props.sources,
      shared: this.shared,
      collectorAlarms: collectorAlarms.alarms,
    });
    new CfnOutput(this, 'ArchiveBucket', { value: archive.bucket.bucketName });
    new CfnOutput(this, 'Workgroup', { value: search.workgroupName });
  }

  private notifications(emails: readonly string[]): Notifications {
    const notifications = new Notifications(this, 'Notifications', { emails });
    new CfnOutput(this, 'AlarmTopic', {
      value: notifications.topic.topicArn,
      description: 'Subscribe here whatever shall hear of alarms',
    });
    if (emails.length === 0) {
      Annotations.of(this).addWarningV2(
        'netskope-audit:alarms-reach-nobody',
        'alarmEmails is empty in the CDK context: until something is subscribed to the topic in output AlarmTopic, alarms reach nobody.',
      );
    }
    return notifications;
  }
}
