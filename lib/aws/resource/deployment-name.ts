import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Key of the context that the constructs of a pipeline inherit. */
const CONTEXT_KEY = 'netskope-audit:deployment-name';

/** Gives everything below a construct, which is still empty, the name of its deployment. */
export function setDeploymentName(scope: Construct, name: string): void {
  scope.node.setContext(CONTEXT_KEY, name);
}

/** What fixed names begin with: the name of the deployment, in a stack of further sources the one of the stack. */
export function namePrefixOf(scope: Construct): string {
  const name = scope.node.tryGetContext(CONTEXT_KEY) as string | undefined;
  return name ?? Stack.of(scope).stackName;
}
