import { Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { METRIC_NAMESPACE } from '../../../lambdas/contract/telemetry/metrics';
import type { Archive } from '../archive';

export function allow(
  actions: string[],
  resources: string[],
  conditions?: Record<string, Record<string, unknown>>,
): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions, resources, conditions });
}

/** Allows reading and writing what the archive's key encrypts; empty if it has no key. */
export function keyStatements({ key }: Archive): iam.PolicyStatement[] {
  return key === undefined ? [] : [allow(['kms:Decrypt', 'kms:GenerateDataKey'], [key.keyArn])];
}

/** PutMetricData has no resource (AWS service authorization reference, Amazon CloudWatch): the namespace limits it. */
export function metricStatement(): iam.PolicyStatement {
  return allow(['cloudwatch:PutMetricData'], ['*'], {
    StringEquals: { 'cloudwatch:namespace': METRIC_NAMESPACE },
  });
}

/** Allows writing the function's own log. */
export function logStatement({ logGroupArn }: logs.ILogGroup): iam.PolicyStatement {
  return allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroupArn]);
}

/** ARNs of all objects below prefixes of the archive. */
export function objectsBelow({ bucket }: Archive, prefixes: readonly string[]): string[] {
  return prefixes.map((prefix) => bucket.arnForObjects(`${prefix}/*`));
}

/** Allows listing what lies below prefixes of the archive. Without it, S3 answers 403 where an object is not there. */
export function listStatement({ bucket }: Archive, prefixes: readonly string[]): iam.PolicyStatement {
  return allow(['s3:ListBucket'], [bucket.bucketArn], {
    StringLike: { 's3:prefix': prefixes.map((prefix) => `${prefix}/*`) },
  });
}

/** Name of the finding for all objects below a prefix of the archive, for `acknowledgeWildcards`. */
export function objectsFinding({ bucket }: Archive, prefix: string): string {
  const own = bucket.node.defaultChild as CfnBucket | undefined;
  const arn =
    own === undefined
      ? arnInFinding(bucket, bucket.bucketArn)
      : `<${Stack.of(bucket).getLogicalId(own)}.Arn>`;
  return `${arn}/${prefix}/*`;
}

/** An ARN as in the name of its finding: `<AWS::Region>` and the like for what only CloudFormation knows. */
export function arnInFinding(scope: Construct, arn: string): string {
  const resolved = Stack.of(scope).resolve(arn) as string | { 'Fn::Join': [string, ArnPart[]] };
  if (typeof resolved === 'string') return resolved;
  return resolved['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : `<${part.Ref}>`)).join('');
}

type ArnPart = string | { readonly Ref: string };

/**
 * Acknowledges the findings for a role's wildcards: that of `metricStatement`, unless `reasons` has another, and others.
 * @param reasons a sentence for each resource, by its name in the finding
 */
export function acknowledgeWildcards(role: iam.Role, reasons: Readonly<Record<string, string>>): void {
  const all = {
    ...reasons,
    '*': reasons['*'] ?? 'PutMetricData knows no resource; a condition on the namespace takes its place.',
  };
  for (const [resource, reason] of Object.entries(all)) {
    Validations.of(role.node.findChild('Resource')).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${resource}]`,
      reason,
    });
  }
}
