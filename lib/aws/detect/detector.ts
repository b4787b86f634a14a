import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { DetectorEnvVar } from '../../../lambdas/contract/deployment/environment';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { alertFeed, prefixesOf } from '../../../lambdas/contract/storage/archive-layout';
import {
  DETECTION_EXPIRY,
  DETECTION_KEY,
  DUE_AT,
  DUE_INDEX,
  DUE_KEY,
} from '../../../lambdas/contract/storage/detection-table';
import { deploymentOf } from '../../../lambdas/contract/telemetry/metrics';
import type { Archive } from '../archive';
import { deployedFunction, functionLog } from '../resource/deployed-function';
import { namePrefixOf } from '../resource/deployment-name';
import {
  acknowledgeWildcards,
  allow,
  keyStatements,
  listStatement,
  logStatement,
  metricStatement,
  objectsBelow,
  objectsFinding,
} from '../resource/policy-statements';
import type { Search } from '../search/search';
import type { AlertTopic } from './alert-topic';
import type { DetectionQueue } from './detection-queue';

/**
 * In a measurement, one object with 10,000 events took 180 MB, and six of them in a row 300 MB. Less memory would also
 * mean less CPU, and would not be cheaper for the same work.
 */
const MEMORY_MIB = 512;

/** Many times what a full object takes. A failed delivery is repeated after six of these: a long one delays alerts. */
export const DETECTOR_TIMEOUT = Duration.minutes(1);

/** A batch shares a cold start, and reads and writes the states of its groups once. */
const OBJECTS_IN_BATCH = 10;
/** The objects of a run of the collector are written within seconds: they come in one batch. */
const BATCHING_WINDOW = Duration.seconds(5);

/**
 * The smallest value allowed (AWS Lambda API reference, ScalingConfig). Detectors at work on one group cause each other
 * conflicts, and the account's other functions need room while a backlog is evaluated. In return Lambda does not poll
 * an idle queue less often (AWS Lambda developer guide, "Configuring scaling behavior for SQS event source mappings").
 */
const DETECTORS_AT_ONCE = 2;

interface DetectorProps extends Omit<DetectorRoleProps, 'logGroup'> {
  /** Folder with the built function and its configuration. */
  readonly codeFolder: string;
  /** Where the reader of an alert looks for the events. */
  readonly search: Search;
}

/** The function that evaluates new objects of the archive, with its role and its log. Only the queue invokes it. */
export class Detector extends Construct {
  readonly function: lambda.Function;
  readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string, props: DetectorProps) {
    super(scope, id);
    const { archive, groups, alerts, chat, search } = props;
    const deployment = deploymentOf(namePrefixOf(this));
    const { stackName } = Stack.of(this);
    this.logGroup = functionLog(this);
    this.function = deployedFunction(this, {
      description: 'Raises the alerts of newly archived audit events',
      codeFolder: props.codeFolder,
      memorySize: MEMORY_MIB,
      timeout: DETECTOR_TIMEOUT,
      role: new DetectorRole(this, 'Role', { ...props, logGroup: this.logGroup }).role,
      logGroup: this.logGroup,
      environment: {
        [DetectorEnvVar.ArchiveBucket]: archive.bucket.bucketName,
        [DetectorEnvVar.DetectionTable]: groups.table.tableName,
        [DetectorEnvVar.AlertTopicArn]: alerts.topic.topicArn,
        ...(chat && { [DetectorEnvVar.ChatTopicArn]: chat.topic.topicArn }),
        [DetectorEnvVar.Workgroup]: search.workgroupName,
        [DetectorEnvVar.Database]: search.databaseName,
        ...(deployment !== undefined && { [DetectorEnvVar.Deployment]: deployment }),
        ...(stackName !== namePrefixOf(this) && { [DetectorEnvVar.Stack]: stackName }),
      },
    });
    new lambda.EventSourceMapping(this, 'Objects', {
      target: this.function,
      eventSourceArn: props.objects.queue.queueArn,
      batchSize: OBJECTS_IN_BATCH,
      maxBatchingWindow: BATCHING_WINDOW,
      maxConcurrency: DETECTORS_AT_ONCE,
      reportBatchItemFailures: true,
    });
  }
}

interface DetectorRoleProps {
  readonly feed: Feed;
  readonly archive: Archive;
  readonly objects: DetectionQueue;
  readonly groups: DetectionTable;
  readonly alerts: AlertTopic;
  /** @default - no messages for a chat */
  readonly chat?: AlertTopic;
  readonly logGroup: logs.ILogGroup;
}

/** The detector's permissions: one statement for each thing it uses, and only the calls it, or Lambda for it, makes. */
class DetectorRole extends Construct {
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: DetectorRoleProps) {
    super(scope, id);
    const { archive, objects, groups, alerts, chat, logGroup } = props;
    const prefixes = prefixesOf(props.feed);
    const alertLines = prefixesOf(alertFeed(props.feed)).manifest;
    const written = [prefixes.alerts, alertLines];
    this.role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        Detect: new iam.PolicyDocument({
          statements: [
            allow(['s3:GetObject'], objectsBelow(archive, [prefixes.archive])),
            allow(['s3:GetObject', 's3:PutObject'], objectsBelow(archive, written)),
            listStatement(archive, written),
            ...keyStatements(archive),
            allow(['dynamodb:BatchGetItem', 'dynamodb:PutItem'], [groups.table.tableArn]),
            allow(['dynamodb:Query'], [`${groups.table.tableArn}/index/${DUE_INDEX}`]),
            allow(
              ['sns:Publish'],
              [alerts, ...(chat ? [chat] : [])].map(({ topic }) => topic.topicArn),
            ),
            allow(['events:PutEvents'], [EventBus.fromEventBusName(this, 'Bus', 'default').eventBusArn]),
            metricStatement(),
            logStatement(logGroup),
            // AWS Lambda developer guide, "Using Lambda with Amazon SQS", execution role permissions.
            allow(
              ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
              [objects.queue.queueArn],
            ),
          ],
        }),
      },
    });
    acknowledgeWildcards(this.role, {
      [objectsFinding(archive, prefixes.archive)]:
        'Events are objects below this prefix, many more each day.',
      [objectsFinding(archive, prefixes.alerts)]: 'Alerts are objects below this prefix.',
      [objectsFinding(archive, alertLines)]: 'The lines that list alerts are objects below this prefix.',
    });
  }
}

/**
 * One item per group of events that a rule counts, deleted some time after the group's last event, one for each source
 * with the messages it has to send and the head of the chain of its alerts, and one with the mutes. Without it counts
 * start over, and every address of every user is new again, so it is protected. It has no point-in-time recovery:
 * earlier states would raise the alerts since then again.
 */
export class DetectionTable extends Construct {
  readonly table: dynamodb.Table;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = new dynamodb.Table(this, 'Table', {
      partitionKey: { name: DETECTION_KEY, type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: DETECTION_EXPIRY,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.table.addGlobalSecondaryIndex({
      indexName: DUE_INDEX,
      partitionKey: { name: DUE_KEY, type: dynamodb.AttributeType.STRING },
      sortKey: { name: DUE_AT, type: dynamodb.AttributeType.NUMBER },
      projectionType: dynamodb.ProjectionType.KEYS_ONLY,
    });
    Validations.of(this.table.node.findChild('Resource')).acknowledge({
      id: 'AwsSolutions-DDB3',
      reason: 'States of an earlier time would raise the alerts of since then once more.',
    });
  }
}
