import { Duration, Validations } from 'aws-cdk-lib';
import { EventBus, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { EnvVar, WatchEnvVar } from '../../../lambdas/contract/deployment/environment';
import { COLLECT_EVENT, ROUND_MINUTES, RUNS_AT_ONCE } from '../../../lambdas/contract/deployment/fleet';
import type { CollectionSchedules } from '../collect/collection-schedules';
import type { CheckpointTable, Collector } from '../collect/collector';
import { COLLECTOR_TIMEOUT } from '../collect/collector';
import { namePrefixOf } from '../resource/deployment-name';
import { allow, metricStatement } from '../resource/policy-statements';
import type { Notifications } from './notifications';
import { scheduledFunction } from './scheduled-function';

/** Of the function that plays the rounds. */
export const FLEET_MEMORY_MIB = 256;

/** Many times what a round of a thousand sources takes: a hundred calls that start runs, and ten that read. */
const TIMEOUT = Duration.minutes(2);

const ROUND = Duration.minutes(ROUND_MINUTES);

interface FleetProps {
  /** Folder with the built function. */
  readonly codeFolder: string;
  readonly collector: Collector;
  readonly checkpointTable: CheckpointTable;
  readonly schedules: CollectionSchedules;
  readonly notifications: Notifications;
}

/**
 * Collects the sources that the checkpoint table lists. One schedule starts a round: a function puts an event for each
 * source on the bus, a rule leads them into a queue, and Lambda hands them to the collector, as many at once as it may.
 * The same function watches what the runs report. It need not watch itself: if it fails, its input is a dead letter, and
 * if nothing starts it, nothing starts the collector, which Lambda's own count shows.
 */
export class Fleet extends Construct {
  readonly function: lambda.Function;

  constructor(scope: Construct, id: string, props: FleetProps) {
    super(scope, id);
    const { collector, checkpointTable, schedules, notifications } = props;
    const { undelivered } = schedules;
    const queue = new RunQueue(this, 'Runs', { collector, undelivered }).queue;
    collector.function.addEnvironment(EnvVar.Fleet, 'true');
    collector.function.addToRolePolicy(allow(['dynamodb:UpdateItem'], [checkpointTable.table.tableArn]));
    // AWS Lambda developer guide, "Using Lambda with Amazon SQS", execution role permissions.
    collector.function.addToRolePolicy(
      allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], [queue.queueArn]),
    );
    this.function = scheduledFunction(this, {
      description: 'Starts a run of every source of the fleet, and watches what runs have reported',
      codeFolder: props.codeFolder,
      memorySize: FLEET_MEMORY_MIB,
      timeout: TIMEOUT,
      maxEventAge: ROUND,
      environment: {
        [WatchEnvVar.DeploymentName]: namePrefixOf(this),
        [WatchEnvVar.CheckpointTable]: checkpointTable.table.tableName,
        [WatchEnvVar.AlarmTopicArn]: notifications.topic.topicArn,
      },
      schedules,
      policy: {
        Round: [
          allow(['dynamodb:BatchGetItem', 'dynamodb:PutItem'], [checkpointTable.table.tableArn]),
          allow(['events:PutEvents'], [EventBus.fromEventBusName(this, 'Bus', 'default').eventBusArn]),
          metricStatement(),
          allow(['sns:Publish'], [notifications.topic.topicArn]),
        ],
      },
      schedule: {
        description: 'Starts a round of the fleet',
        expression: ScheduleExpression.rate(ROUND),
        maxEventAge: ROUND,
        input: {},
      },
    });
  }
}

interface RunQueueProps {
  readonly collector: Collector;
  /** Gets events that EventBridge could not put into the queue. */
  readonly undelivered: sqs.IQueue;
}

/**
 * Runs that wait for the collector. A message is handed over once: it is hidden for as long as a run can take, and gone
 * by then. A run that failed, or that there was no room for, is not repeated, because the next round does its work.
 */
class RunQueue extends Construct {
  readonly queue: sqs.Queue;

  constructor(scope: Construct, id: string, { collector, undelivered }: RunQueueProps) {
    super(scope, id);
    this.queue = new sqs.Queue(this, 'Queue', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: COLLECTOR_TIMEOUT,
      retentionPeriod: ROUND,
    });
    Validations.of(this.queue.node.findChild('Resource')).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'What is not handed over within a round is started again by the next one.',
    });
    new Rule(this, 'Due', {
      description: 'Hands the runs of a round to the collector',
      eventPattern: { source: [COLLECT_EVENT.source], detailType: [COLLECT_EVENT.detailType] },
      targets: [
        new SqsQueue(this.queue, {
          message: RuleTargetInput.fromEventPath('$.detail'),
          deadLetterQueue: undelivered,
        }),
      ],
    });
    new lambda.EventSourceMapping(this, 'Handover', {
      target: collector.function,
      eventSourceArn: this.queue.queueArn,
      batchSize: 1,
      maxConcurrency: RUNS_AT_ONCE,
    });
  }
}
