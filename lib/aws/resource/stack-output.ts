import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { StackOutput } from '../../../lambdas/contract/deployment/deployment-outputs';

interface StackOutputProps {
  readonly value: string;
  /** One sentence for readers of the outputs in the console. */
  readonly description: string;
}

/** Adds an output to the stack of the scope, under the name by which the command line finds it. */
export function addStackOutput(
  scope: Construct,
  name: keyof typeof StackOutput,
  props: StackOutputProps,
): void {
  // The suffix avoids a clash with a construct of the same name; the logical id is what counts.
  new CfnOutput(scope, `${name}Output`, props).overrideLogicalId(StackOutput[name]);
}
