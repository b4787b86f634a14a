import { Duration } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { VerifierEnvVar } from '../../../lambdas/contract/deployment/environment';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { alertFeed, collectedPrefixes, prefixesOf } from '../../../lambdas/contract/storage/archive-layout';
import { alertVerificationId, verificationId } from '../../../lambdas/contract/storage/verification';
import type { Archive } from '../archive';
import type { CollectionSchedules } from '../collect/collection-schedules';
import type { CheckpointTable } from '../collect/collector';
import type { DetectionTable } from '../detect/detector';
import { namePrefixOf } from '../resource/deployment-name';
import {
  allow,
  listStatement,
  metricStatement,
  objectsBelow,
  objectsFinding,
} from '../resource/policy-statements';
import { scheduledFunction, watchedSources } from './scheduled-function';

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
 * invoked every hour.
 */
export class Verifier extends Construct {
  readonly function: lambda.Function;

  constructor(scope: Construct, id: string, props: VerifierProps) {
    super(scope, id);
    const { archive, checkpointTable, detectionTable, schedules, sourceIds, expireAfterDays } = props;
    const prefixes = readPrefixes(props);
    const reason = 'Objects and lines of each source lie below this prefix.';
    this.function = scheduledFunction(this, {
      description: 'Verifies once a day that nothing in the archive was changed',
      codeFolder: props.codeFolder,
      memorySize: VERIFIER_MEMORY_MIB,
      timeout: TIMEOUT,
      environment: {
        [VerifierEnvVar.DeploymentName]: namePrefixOf(this),
        [VerifierEnvVar.ArchiveBucket]: archive.bucket.bucketName,
        [VerifierEnvVar.CheckpointTable]: checkpointTable.table.tableName,
        ...(detectionTable && { [VerifierEnvVar.DetectionTable]: detectionTable.table.tableName }),
        ...(expireAfterDays !== undefined && { [VerifierEnvVar.ExpireAfterDays]: String(expireAfterDays) }),
      },
      schedules,
      policy: { Verify: statements(props, prefixes) },
      wildcards: Object.fromEntries(prefixes.map((prefix) => [objectsFinding(archive, prefix), reason])),
      schedule: {
        description: 'Verifies the archive',
        expression: ScheduleExpression.cron({
          minute: '0',
          hour: sourceIds === 'fleet' ? '*' : HOUR_OF_DAY,
        }),
        maxEventAge: Duration.hours(1),
        input: watchedSources(sourceIds),
      },
    });
  }
}

/** Below which it reads what was stored, and the lines that list it. */
function readPrefixes({ feed, detectionTable }: VerifierProps): string[] {
  const { manifest, alerts } = prefixesOf(feed);
  const ofAlerts = detectionTable ? [alerts, prefixesOf(alertFeed(feed)).manifest] : [];
  return [...collectedPrefixes(feed), manifest, ...ofAlerts];
}

function statements(
  { feed, archive, checkpointTable, detectionTable }: VerifierProps,
  prefixes: readonly string[],
): iam.PolicyStatement[] {
  const verifications = [verificationId(feed, '*'), alertVerificationId(feed, '*')];
  const { key } = archive;
  const { tableArn } = checkpointTable.table;
  return [
    allow(['s3:GetObject'], objectsBelow(archive, prefixes)),
    listStatement(archive, prefixes),
    ...(key === undefined ? [] : [allow(['kms:Decrypt'], [key.keyArn])]),
    allow(['dynamodb:BatchGetItem'], [tableArn, ...(detectionTable ? [detectionTable.table.tableArn] : [])]),
    allow(['dynamodb:PutItem'], [tableArn], {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': verifications },
    }),
    metricStatement(),
  ];
}
