import { Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { METRIC_NAMESPACE } from '../../../lambdas/contract/telemetry/metrics';
import type { Archive } from '../archive/archive';

/** Calls that are allowed, on what, and under which conditions. */
export function allow(
  actions: string[],
  resources: string[],
  conditions?: Record<string, Record<string, unknown>>,
): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions, resources, conditions });
}

/** Reading and writing what the archive's key encrypts; none where it has no key. */
export function keyStatements({ key }: Archive): iam.PolicyStatement[] {
  return key === undefined ? [] : [allow(['kms:Decrypt', 'kms:GenerateDataKey'], [key.keyArn])];
}

/** PutMetricData knows no resource (AWS service authorization reference, Amazon CloudWatch): its namespace is the fence. */
export function metricStatement(): iam.PolicyStatement {
  return allow(['cloudwatch:PutMetricData'], ['*'], {
    StringEquals: { 'cloudwatch:namespace': METRIC_NAMESPACE },
  });
}

/** Writing the function's own log. */
export function logStatement({ logGroupArn }: logs.ILogGroup): iam.PolicyStatement {
  return allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroupArn]);
}

/** The finding's name of all objects below a prefix of the archive, as `acknowledgeWildcards` takes it. */
export function objectsFinding({ bucket }: Archive, prefix: string): string {
  const bucketId = Stack.of(bucket).getLogicalId(bucket.node.defaultChild as CfnBucket);
  return `<${bucketId}.Arn>/${prefix}/*`;
}

/**
 * Answers the findings of a role's wildcards: `metricStatement`, which every function has, and others.
 * @param reasons a sentence, by what the finding calls the resource
 */
export function acknowledgeWildcards(role: iam.Role, reasons: Readonly<Record<string, string>>): void {
  const all = {
    ...reasons,
    '*': 'PutMetricData knows no resource; a condition on the namespace takes its place.',
  };
  for (const [resource, reason] of Object.entries(all)) {
    Validations.of(role.node.findChild('Resource')).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${resource}]`,
      reason,
    });
  }
}
