import { Duration } from 'aws-cdk-lib';
import { Match, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { OBJECT_CREATED, SWEEP, SWEEP_MINUTES } from '../../../lambdas/contract/deployment/detector-event';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { prefixesOf } from '../../../lambdas/contract/storage/archive-layout';
import type { Archive } from '../archive';
import { DeadLetterQueue } from '../collect/dead-letter-queue';

/** Visibility timeout, in timeouts of the function (AWS Lambda developer guide, "Using Lambda with Amazon SQS"). */
const TIMEOUTS_HIDDEN = 6;

/** With fewer, messages that Lambda only had no room for would be given up (ibid., at least 5). */
const DELIVERIES = 5;

/** Much longer than a message waits, so that there is time to repair detection after the alarm `detection-behind`. */
const KEEP = Duration.days(14);

interface DetectionQueueProps {
  readonly feed: Feed;
  readonly archive: Archive;
  /** Timeout of the function that takes the messages. */
  readonly functionTimeout: Duration;
}

/**
 * Queues a message for each new object of the archive until a detector has evaluated the object, and one every few
 * minutes for what is due without any event.
 */
export class DetectionQueue extends Construct {
  readonly queue: sqs.Queue;
  /** Messages whose deliveries all failed, and events that EventBridge could not put into the queue. */
  readonly undetected: sqs.Queue;

  constructor(scope: Construct, id: string, { feed, archive, functionTimeout }: DetectionQueueProps) {
    super(scope, id);
    this.undetected = new DeadLetterQueue(this, 'Undetected').queue;
    this.queue = new sqs.Queue(this, 'Queue', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(TIMEOUTS_HIDDEN * functionTimeout.toSeconds()),
      retentionPeriod: KEEP,
      deadLetterQueue: { queue: this.undetected, maxReceiveCount: DELIVERIES },
    });
    archive.announceObjects();
    this.fill(feed, archive);
    new Rule(this, 'Sweeps', {
      description: 'Makes detection close windows and send what has waited',
      schedule: Schedule.rate(Duration.minutes(SWEEP_MINUTES)),
      targets: [
        new SqsQueue(this.queue, {
          message: RuleTargetInput.fromObject({ source: SWEEP.source, 'detail-type': SWEEP.detailType }),
          deadLetterQueue: this.undetected,
        }),
      ],
    });
  }

  private fill(feed: Feed, { bucket }: Archive): void {
    new Rule(this, 'Created', {
      description: 'Hands each new object of the archive to detection',
      eventPattern: {
        source: [OBJECT_CREATED.source],
        detailType: [OBJECT_CREATED.detailType],
        detail: {
          bucket: { name: [bucket.bucketName] },
          object: { key: Match.prefix(`${prefixesOf(feed).archive}/`) },
        },
      },
      targets: [new SqsQueue(this.queue, { deadLetterQueue: this.undetected })],
    });
  }
}
