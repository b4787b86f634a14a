import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { StackOutput } from '../../../lambdas/contract/deployment/deployment-outputs';

export interface StackOutputProps {
  readonly value: string;
  /** One sentence for whoever reads the outputs in the console. */
  readonly description: string;
}

/** An output of the stack that the scope is in, under the name by which the operator's tool looks for it. */
export function addStackOutput(
  scope: Construct,
  name: keyof typeof StackOutput,
  props: StackOutputProps,
): void {
  // The id keeps clear of constructs that are called as the output is; the name is what counts.
  new CfnOutput(scope, `${name}Output`, props).overrideLogicalId(StackOutput[name]);
}
