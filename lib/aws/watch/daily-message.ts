import { Duration } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { WatchEnvVar } from '../../../lambdas/contract/deployment/environment';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { prefixesOf } from '../../../lambdas/contract/storage/archive-layout';
import type { Archive } from '../archive';
import type { CollectionSchedules } from '../collect/collection-schedules';
import type { CheckpointTable } from '../collect/collector';
import { namePrefixOf } from '../resource/deployment-name';
import { allow, objectsFinding } from '../resource/policy-statements';
import type { Notifications } from './notifications';
import { scheduledFunction, watchedSources } from './scheduled-function';

const MEMORY_MIB = 256;

/** Many times what a few pages of answers take. */
const TIMEOUT = Duration.minutes(1);

/** In UTC: the day before is over, and CloudWatch has its metrics. */
const HOUR_OF_DAY = 7;

interface DailyMessageProps {
  /** Folder with the built function. */
  readonly codeFolder: string;
  /** The sources that are collected, or that the table lists them. */
  readonly sourceIds: readonly string[] | 'fleet';
  readonly feed: Feed;
  readonly archive: Archive;
  readonly checkpointTable: CheckpointTable;
  readonly schedules: CollectionSchedules;
  readonly notifications: Notifications;
  /** Whether the archive is verified: it says what was found then. */
  readonly isVerified: boolean;
}

/**
 * The function that tells once a day what fires, which tokens end, and what each source archived, and stores the heads
 * of the manifests. It is neither the collector nor the detector: it has to tell that one of them is dead, and needs
 * neither secrets nor events.
 */
export class DailyMessage extends Construct {
  constructor(scope: Construct, id: string, props: DailyMessageProps) {
    super(scope, id);
    const { archive, checkpointTable, schedules, notifications, sourceIds } = props;
    scheduledFunction(this, {
      description: 'Tells once a day which alarms fire and what was archived',
      codeFolder: props.codeFolder,
      memorySize: MEMORY_MIB,
      timeout: TIMEOUT,
      environment: {
        [WatchEnvVar.DeploymentName]: namePrefixOf(this),
        [WatchEnvVar.ArchiveBucket]: archive.bucket.bucketName,
        [WatchEnvVar.CheckpointTable]: checkpointTable.table.tableName,
        [WatchEnvVar.AlarmTopicArn]: notifications.topic.topicArn,
        ...(archive.signingKey !== undefined && {
          [WatchEnvVar.SigningKey]: archive.signingKey.keyArn,
        }),
        ...(props.isVerified && { [WatchEnvVar.SelfVerification]: 'true' }),
      },
      schedules,
      policy: { Tell: statements(props) },
      wildcards: {
        [objectsFinding(archive, prefixesOf(props.feed).heads)]:
          'The heads of each source and day are objects below this prefix.',
        '*': 'GetMetricData knows no resource, and DescribeAlarms by prefix looks among all alarms.',
      },
      schedule: {
        description: 'Sends the daily message',
        expression: ScheduleExpression.cron({ minute: '0', hour: String(HOUR_OF_DAY) }),
        maxEventAge: Duration.hours(1),
        input: watchedSources(sourceIds),
      },
    });
  }
}

function statements({
  feed,
  archive,
  checkpointTable,
  notifications,
}: DailyMessageProps): iam.PolicyStatement[] {
  const { bucket, key, signingKey } = archive;
  return [
    allow(['cloudwatch:DescribeAlarms', 'cloudwatch:GetMetricData'], ['*']),
    allow(['dynamodb:BatchGetItem'], [checkpointTable.table.tableArn]),
    allow(['s3:PutObject'], [bucket.arnForObjects(`${prefixesOf(feed).heads}/*`)]),
    ...(key === undefined ? [] : [allow(['kms:GenerateDataKey'], [key.keyArn])]),
    ...(signingKey === undefined ? [] : [allow(['kms:Sign'], [signingKey.keyArn])]),
    allow(['sns:Publish'], [notifications.topic.topicArn]),
  ];
}
