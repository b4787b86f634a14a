import { ArnFormat, Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ARCHIVE_PREFIX, QUARANTINE_PREFIX, REDRIVEN_PREFIX } from '../../lambdas/contract/archive-layout';
import { MANIFEST_PREFIX } from '../../lambdas/contract/manifest';
import { METRIC_NAMESPACE } from '../../lambdas/contract/metrics';
import { secretName } from '../../lambdas/contract/source-secret';
import type { Archive } from './archive';
import type { CheckpointTable } from './checkpoint-table';

/** What the collector lists: where it compares, and where it finds what to judge again. */
const LISTED_KEYS = [ARCHIVE_PREFIX, QUARANTINE_PREFIX, REDRIVEN_PREFIX].map((prefix) => `${prefix}/*`);
const WRITTEN_KEYS = [...LISTED_KEYS, `${MANIFEST_PREFIX}/*`];

export interface CollectorRoleProps {
  readonly archive: Archive;
  readonly checkpointTable: CheckpointTable;
  /** What precedes the source id in the name of every source's secret. */
  readonly secretNamePrefix: string;
  readonly logGroup: logs.ILogGroup;
  /** Where Lambda puts the input of a run that failed. */
  readonly failures: sqs.IQueue;
}

/** What the collector may do: one statement for each thing it uses, and only the calls it makes. */
export class CollectorRole extends Construct {
  readonly role: iam.Role;
  private readonly secretNames: string;

  constructor(scope: Construct, id: string, props: CollectorRoleProps) {
    super(scope, id);
    const { archive, checkpointTable, logGroup, failures } = props;
    this.secretNames = secretName(props.secretNamePrefix, '*');
    this.role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        Collect: new iam.PolicyDocument({
          statements: [
            ...archiveStatements(archive),
            allow(['dynamodb:GetItem', 'dynamodb:PutItem'], [checkpointTable.table.tableArn]),
            allow(['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'], [this.secretArns()]),
            metricStatement(),
            allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]),
            allow(['sqs:SendMessage'], [failures.queueArn]),
          ],
        }),
      },
    });
    this.acknowledgeWildcards(archive);
  }

  private acknowledgeWildcards({ bucket }: Archive): void {
    const bucketId = Stack.of(bucket).getLogicalId(bucket.node.defaultChild as CfnBucket);
    const secrets = `arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:${this.secretNames}`;
    const reasons = {
      [`<${bucketId}.Arn>/${ARCHIVE_PREFIX}/*`]: 'Events are objects below this prefix, many more each day.',
      [`<${bucketId}.Arn>/${QUARANTINE_PREFIX}/*`]: 'Rejected events are objects below this prefix.',
      [`<${bucketId}.Arn>/${REDRIVEN_PREFIX}/*`]:
        'Marks of what was judged again are objects below this prefix.',
      [`<${bucketId}.Arn>/${MANIFEST_PREFIX}/*`]: 'Lines of the manifest are objects below this prefix.',
      [secrets]: 'The secrets of all sources, whose ARNs end in characters that Secrets Manager chooses.',
      '*': 'PutMetricData knows no resource; a condition on the namespace takes its place.',
    };
    for (const [resource, reason] of Object.entries(reasons)) {
      Validations.of(this.role.node.findChild('Resource')).acknowledge({
        id: `AwsSolutions-IAM5[Resource::${resource}]`,
        reason,
      });
    }
  }

  /** Secrets Manager ends each ARN with six characters of its own (AWS Secrets Manager user guide, "Identity-based policies"). */
  private secretArns(): string {
    return Stack.of(this).formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: this.secretNames,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }
}

function allow(
  actions: string[],
  resources: string[],
  conditions?: Record<string, Record<string, unknown>>,
): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions, resources, conditions });
}

function archiveStatements({ bucket, key }: Archive): iam.PolicyStatement[] {
  const objects = WRITTEN_KEYS.map((keys) => bucket.arnForObjects(keys));
  return [
    allow(['s3:GetObject', 's3:PutObject'], objects),
    allow(['s3:ListBucket'], [bucket.bucketArn], { StringLike: { 's3:prefix': LISTED_KEYS } }),
    ...(key === undefined ? [] : [allow(['kms:Decrypt', 'kms:GenerateDataKey'], [key.keyArn])]),
  ];
}

/** PutMetricData knows no resource (AWS service authorization reference, Amazon CloudWatch): its namespace is the fence. */
function metricStatement(): iam.PolicyStatement {
  return allow(['cloudwatch:PutMetricData'], ['*'], {
    StringEquals: { 'cloudwatch:namespace': METRIC_NAMESPACE },
  });
}
