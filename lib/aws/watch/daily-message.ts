import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { WatchEnvVar } from '../../../lambdas/contract/deployment/environment';
import type { WatchedSources } from '../../../lambdas/contract/deployment/watched-sources';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { prefixesOf } from '../../../lambdas/contract/storage/archive-layout';
import type { Archive } from '../archive';
import type { CollectionSchedules } from '../collect/collection-schedules';
import type { CheckpointTable } from '../collect/collector';
import { deployedFunction, functionLog } from '../resource/deployed-function';
import { namePrefixOf } from '../resource/deployment-name';
import { acknowledgeWildcards, allow, logStatement, objectsFinding } from '../resource/policy-statements';
import type { Notifications } from './notifications';

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
 * neither secrets nor events. If it fails three times, its input is a dead letter, which fires `dead-letters`.
 */
export class DailyMessage extends Construct {
  constructor(scope: Construct, id: string, props: DailyMessageProps) {
    super(scope, id);
    const { archive, checkpointTable, schedules, notifications, sourceIds } = props;
    const { undelivered } = schedules;
    const logGroup = functionLog(this);
    const sender = deployedFunction(this, {
      description: 'Tells once a day which alarms fire and what was archived',
      codeFolder: props.codeFolder,
      memorySize: MEMORY_MIB,
      timeout: TIMEOUT,
      role: this.role(props, logGroup),
      logGroup,
      onFailure: { bind: () => ({ destination: undelivered.queueArn }) },
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
    });
    const input: WatchedSources = sourceIds === 'fleet' ? { fleet: true } : { sourceIds };
    schedules.invoke(this, {
      function: sender,
      expression: ScheduleExpression.cron({ minute: '0', hour: String(HOUR_OF_DAY) }),
      maxEventAge: Duration.hours(1),
      description: 'Sends the daily message',
      input,
    });
  }

  private role(
    { feed, archive, checkpointTable, notifications, schedules }: DailyMessageProps,
    logGroup: logs.ILogGroup,
  ): iam.Role {
    const { heads } = prefixesOf(feed);
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        Tell: new iam.PolicyDocument({
          statements: [
            allow(['cloudwatch:DescribeAlarms', 'cloudwatch:GetMetricData'], ['*']),
            allow(['dynamodb:BatchGetItem'], [checkpointTable.table.tableArn]),
            allow(['s3:PutObject'], [archive.bucket.arnForObjects(`${heads}/*`)]),
            ...(archive.key === undefined ? [] : [allow(['kms:GenerateDataKey'], [archive.key.keyArn])]),
            ...(archive.signingKey === undefined ? [] : [allow(['kms:Sign'], [archive.signingKey.keyArn])]),
            allow(['sns:Publish'], [notifications.topic.topicArn]),
            logStatement(logGroup),
            allow(['sqs:SendMessage'], [schedules.undelivered.queueArn]),
          ],
        }),
      },
    });
    acknowledgeWildcards(role, {
      [objectsFinding(archive, heads)]: 'The heads of each source and day are objects below this prefix.',
      '*': 'GetMetricData knows no resource, and DescribeAlarms by prefix looks among all alarms.',
    });
    return role;
  }
}
