import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { DETECTION_EXPIRY, DETECTION_KEY } from '../../../lambdas/contract/storage/detection-table';

/**
 * One item per group of events that a rule counts, deleted some time after the group's last event. Without it counts
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
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(this.table.node.findChild('Resource')).acknowledge({
      id: 'AwsSolutions-DDB3',
      reason: 'States of an earlier time would raise the alerts of since then once more.',
    });
  }
}
