import { Duration, Validations } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/** The longest SQS keeps a message (Amazon SQS API reference, SetQueueAttributes). */
const KEEP = Duration.days(14);

/** A queue for messages that could not be delivered or processed and need an operator. Encrypted, TLS only. */
export class DeadLetterQueue extends Construct {
  readonly queue: sqs.Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.queue = new sqs.Queue(this, 'Queue', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: KEEP,
    });
    Validations.of(this.queue.node.findChild('Resource')).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is the dead-letter queue; nothing consumes it, so nothing can fail behind it.',
    });
  }
}
