import * as iam from 'aws-cdk-lib/aws-iam';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ALERTS_PREFIX } from '../../lambdas/contract/storage/alert-record';
import { ARCHIVE_PREFIX } from '../../lambdas/contract/storage/archive-layout';
import type { AlertTopic } from './alert-topic';
import type { Archive } from './archive';
import type { DetectionQueue } from './detection-queue';
import type { DetectionTable } from './detection-table';
import {
  acknowledgeWildcards,
  allow,
  keyStatements,
  logStatement,
  metricStatement,
  objectsFinding,
} from './policy-statements';

export interface DetectorRoleProps {
  readonly archive: Archive;
  readonly objects: DetectionQueue;
  readonly groups: DetectionTable;
  readonly alerts: AlertTopic;
  readonly logGroup: logs.ILogGroup;
}

/** What the detector may do: one statement for each thing it uses, and only the calls that it, or Lambda for it, makes. */
export class DetectorRole extends Construct {
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: DetectorRoleProps) {
    super(scope, id);
    const { archive, objects, groups, alerts, logGroup } = props;
    const { bucket } = archive;
    this.role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        Detect: new iam.PolicyDocument({
          statements: [
            allow(['s3:GetObject'], [bucket.arnForObjects(`${ARCHIVE_PREFIX}/*`)]),
            allow(['s3:PutObject'], [bucket.arnForObjects(`${ALERTS_PREFIX}/*`)]),
            ...keyStatements(archive),
            allow(['dynamodb:BatchGetItem', 'dynamodb:PutItem'], [groups.table.tableArn]),
            allow(['sns:Publish'], [alerts.topic.topicArn]),
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
      [objectsFinding(archive, ARCHIVE_PREFIX)]: 'Events are objects below this prefix, many more each day.',
      [objectsFinding(archive, ALERTS_PREFIX)]: 'Alerts are objects below this prefix.',
    });
  }
}
