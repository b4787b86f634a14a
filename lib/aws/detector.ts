import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { DetectorEnvVar } from '../../lambdas/contract/deployment/environment';
import { DETECTOR_HANDLER } from '../build/detector-bundle';
import type { DetectorRoleProps } from './detector-role';
import { DetectorRole } from './detector-role';
import type { Search } from './search';

/**
 * One object with 10,000 events was seen to take 180 MB, and six of them in a row 300. Less would also be less CPU, and no cheaper
 * for the same work.
 */
const MEMORY_MIB = 512;

/** Many times what a full object takes. A delivery that failed comes again after six of these, so a long one would be a late alert. */
export const DETECTOR_TIMEOUT = Duration.minutes(1);

/** An object at a time is in memory; a batch shares one start. */
const OBJECTS_IN_BATCH = 10;

/**
 * The least that SQS takes (AWS Lambda API reference, ScalingConfig). Detectors that are at work on one group read each
 * other's states again and again, and the account's other functions need room while a backlog is judged. In return Lambda does
 * not ask an idle queue less often (AWS Lambda developer guide, "Configuring scaling behavior for SQS event source mappings").
 */
const DETECTORS_AT_ONCE = 2;

export interface DetectorProps extends Omit<DetectorRoleProps, 'logGroup'> {
  /** Folder with the built function and its configuration. */
  readonly codeFolder: string;
  /** Where an alert's reader looks for the events. */
  readonly search: Search;
}

/** The function that judges new objects of the archive, with its role and its log. It is asked by the queue alone. */
export class Detector extends Construct {
  readonly function: lambda.Function;
  readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string, props: DetectorProps) {
    super(scope, id);
    const { archive, objects, groups, alerts, search } = props;
    this.logGroup = new logs.LogGroup(this, 'Log', {
      retention: logs.RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.function = new lambda.Function(this, 'Function', {
      description: 'Raises the alerts of newly archived audit events',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: DETECTOR_HANDLER,
      code: lambda.Code.fromAsset(props.codeFolder),
      memorySize: MEMORY_MIB,
      timeout: DETECTOR_TIMEOUT,
      role: new DetectorRole(this, 'Role', { ...props, logGroup: this.logGroup }).role,
      logGroup: this.logGroup,
      environment: {
        [DetectorEnvVar.ArchiveBucket]: archive.bucket.bucketName,
        [DetectorEnvVar.DetectionTable]: groups.table.tableName,
        [DetectorEnvVar.AlertTopicArn]: alerts.topic.topicArn,
        [DetectorEnvVar.Workgroup]: search.workgroupName,
        [DetectorEnvVar.Database]: search.databaseName,
        NODE_OPTIONS: '--enable-source-maps',
      },
    });
    new lambda.EventSourceMapping(this, 'Objects', {
      target: this.function,
      eventSourceArn: objects.queue.queueArn,
      batchSize: OBJECTS_IN_BATCH,
      maxConcurrency: DETECTORS_AT_ONCE,
      reportBatchItemFailures: true,
    });
  }
}
