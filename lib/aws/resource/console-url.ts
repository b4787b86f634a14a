import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { consoleDomain } from '../../../lambdas/contract/deployment/console-domain';

/**
 * Address of the AWS console in the region of the scope's stack. CloudFormation knows the region and not the domain, so
 * that is taken from where the CDK is about to deploy to.
 */
export function consoleUrl(scope: Construct): string {
  const { region } = Stack.of(scope);
  const deployedTo = Token.isUnresolved(region) ? (process.env.CDK_DEFAULT_REGION ?? '') : region;
  return `https://${region}.${consoleDomain(deployedTo)}`;
}
