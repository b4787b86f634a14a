import type { App, Stack } from 'aws-cdk-lib';
import { Tags, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { ProxyEnvVar } from '../../../lambdas/contract/deployment/environment';
import type { AccountSettings, NetworkSettings } from '../account-schema';
import { allow } from '../resource/policy-statements';

/** Tags every stack and resource, and bounds every role: one that is added later cannot be forgotten. */
export function applyToAllResources(
  app: App,
  stacks: readonly Stack[],
  { tags, permissionsBoundary }: Pick<AccountSettings, 'tags' | 'permissionsBoundary'>,
): void {
  for (const [key, value] of Object.entries(tags)) {
    Tags.of(app).add(key, value);
    for (const stack of stacks) stack.addStackTag(key, value);
  }
  if (permissionsBoundary !== undefined)
    for (const stack of stacks)
      iam.PermissionsBoundary.of(stack).apply(managedPolicy(stack, permissionsBoundary));
}

/** Keeps every log for as long as the settings say, and puts every function into their network. */
export function applyToAllFunctions(
  scope: Construct,
  { logRetentionDays, network }: Pick<AccountSettings, 'logRetentionDays' | 'network'>,
): void {
  for (const resource of scope.node.findAll()) {
    if (resource instanceof CfnLogGroup) resource.retentionInDays = logRetentionDays;
    if (resource instanceof lambda.Function && network !== undefined) putInto(network, resource);
  }
}

function managedPolicy(stack: Stack, nameOrArn: string): iam.IManagedPolicy {
  return nameOrArn.startsWith('arn:')
    ? iam.ManagedPolicy.fromManagedPolicyArn(stack, 'PermissionsBoundary', nameOrArn)
    : iam.ManagedPolicy.fromManagedPolicyName(stack, 'PermissionsBoundary', nameOrArn);
}

/** What Lambda does with the role of a function in a VPC (AWS Lambda developer guide, "Execution role permissions"). */
const INTERFACE_ACTIONS = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/**
 * Sets the resource's own property: the one of `lambda.Function` attaches a policy of AWS, which allows the function's
 * code the same. Calls of the code carry `lambda:SourceFunctionArn`, those of Lambda do not (ibid.).
 */
function putInto(network: NetworkSettings, fn: lambda.Function): void {
  const { subnetIds, securityGroupIds, httpsProxy, noProxy = [] } = network;
  if (httpsProxy !== undefined) {
    fn.addEnvironment(ProxyEnvVar.HttpsProxy, httpsProxy);
    if (noProxy.length > 0) fn.addEnvironment(ProxyEnvVar.NoProxy, noProxy.join());
  }
  const resource = fn.node.defaultChild as lambda.CfnFunction;
  resource.vpcConfig = { subnetIds: [...subnetIds], securityGroupIds: [...securityGroupIds] };
  fn.addToRolePolicy(allow(INTERFACE_ACTIONS, ['*'], { Null: { 'lambda:SourceFunctionArn': 'true' } }));
  const policy = fn.role?.node.findChild('DefaultPolicy').node.findChild('Resource');
  if (policy === undefined) return;
  Validations.of(policy).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'Lambda accepts no narrower resource here; a condition keeps the code of the function out.',
  });
}
