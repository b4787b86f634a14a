import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { VerifierEnvVar } from '../../../lambdas/contract/deployment/environment';
import type { WatchedSources } from '../../../lambdas/contract/deployment/watched-sources';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { alertFeed, collectedPrefixes, prefixesOf } from '../../../lambdas/contract/storage/archive-layout';
import { alertVerificationId, verificationId } from '../../../lambdas/contract/storage/verification';
import type { Archive } from '../archive';
import type { CollectionSchedules } from '../collect/collection-schedules';
import type { CheckpointTable } from '../collect/collector';
import type { DetectionTable } from '../detect/detector';
import { deployedFunction, functionLog } from '../resource/deployed-function';
import { namePrefixOf } from '../resource/deployment-name';
import {
  acknowledgeWildcards,
  allow,
  logStatement,
  metricStatement,
  objectsFinding,
} from '../resource/policy-statements';

/** Objects are read as streams, eight at once. */
export const VERIFIER_MEMORY_MIB = 512;

/** The longest that Lambda knows: a first verification reads the whole archive. */
const TIMEOUT = Duration.minutes(15);

/** In UTC: two hours before the daily message, which says what was found. */
const HOUR_OF_DAY = '5';

interface VerifierProps {
  /** Folder with the built function. */
  readonly codeFolder: string;
  /** The sources that are collected, or that the table lists them. */
  readonly sourceIds: readonly string[] | 'fleet';
  readonly feed: Feed;
  readonly archive: Archive;
  readonly checkpointTable: CheckpointTable;
  /** Knows the heads of the chains of alerts. @default - there is no detection, and no chain of alerts */
  readonly detectionTable?: DetectionTable;
  readonly schedules: CollectionSchedules;
  /** Days after which events expire. @default - never */
  readonly expireAfterDays?: number;
}

/**
 * The function that verifies once a day what was archived. It is neither the collector nor the detector: it may read
 * the archive and write nothing into it. A fleet may have more sources than one invocation has time for, so there it is
 * invoked every hour. If it fails three times, its input is a dead letter, which fires `dead-letters`.
 */
export class Verifier extends Construct {
  readonly function: lambda.Function;

  constructor(scope: Construct, id: string, props: VerifierProps) {
    super(scope, id);
    const { archive, checkpointTable, detectionTable, schedules, sourceIds, expireAfterDays } = props;
    const { undelivered } = schedules;
    const logGroup = functionLog(this);
    this.function = deployedFunction(this, {
      description: 'Verifies once a day that nothing in the archive was changed',
      codeFolder: props.codeFolder,
      memorySize: VERIFIER_MEMORY_MIB,
      timeout: TIMEOUT,
      role: this.role(props, logGroup),
      logGroup,
      onFailure: { bind: () => ({ destination: undelivered.queueArn }) },
      environment: {
        [VerifierEnvVar.DeploymentName]: namePrefixOf(this),
        [VerifierEnvVar.ArchiveBucket]: archive.bucket.bucketName,
        [VerifierEnvVar.CheckpointTable]: checkpointTable.table.tableName,
        ...(detectionTable && { [VerifierEnvVar.DetectionTable]: detectionTable.table.tableName }),
        ...(expireAfterDays !== undefined && { [VerifierEnvVar.ExpireAfterDays]: String(expireAfterDays) }),
      },
    });
    const input: WatchedSources = sourceIds === 'fleet' ? { fleet: true } : { sourceIds };
    schedules.invoke(this, {
      function: this.function,
      expression: ScheduleExpression.cron({
        minute: '0',
        hour: sourceIds === 'fleet' ? '*' : HOUR_OF_DAY,
      }),
      maxEventAge: Duration.hours(1),
      description: 'Verifies the archive',
      input,
    });
  }

  private role(
    { feed, archive, checkpointTable, detectionTable, schedules }: VerifierProps,
    logGroup: logs.ILogGroup,
  ): iam.Role {
    const { manifest, alerts } = prefixesOf(feed);
    const ofAlerts = detectionTable ? [alerts, prefixesOf(alertFeed(feed)).manifest] : [];
    const prefixes = [...collectedPrefixes(feed), manifest, ...ofAlerts];
    const verifications = [verificationId(feed, '*'), alertVerificationId(feed, '*')];
    const { bucket, key } = archive;
    const { tableArn } = checkpointTable.table;
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        Verify: new iam.PolicyDocument({
          statements: [
            allow(
              ['s3:GetObject'],
              prefixes.map((prefix) => bucket.arnForObjects(`${prefix}/*`)),
            ),
            allow(['s3:ListBucket'], [bucket.bucketArn], {
              StringLike: { 's3:prefix': prefixes.map((prefix) => `${prefix}/*`) },
            }),
            ...(key === undefined ? [] : [allow(['kms:Decrypt'], [key.keyArn])]),
            allow(
              ['dynamodb:BatchGetItem'],
              [tableArn, ...(detectionTable ? [detectionTable.table.tableArn] : [])],
            ),
            allow(['dynamodb:PutItem'], [tableArn], {
              'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': verifications },
            }),
            metricStatement(),
            logStatement(logGroup),
            allow(['sqs:SendMessage'], [schedules.undelivered.queueArn]),
          ],
        }),
      },
    });
    const reason = 'Objects and lines of each source lie below this prefix.';
    acknowledgeWildcards(
      role,
      Object.fromEntries(prefixes.map((prefix) => [objectsFinding(archive, prefix), reason])),
    );
    return role;
  }
}
