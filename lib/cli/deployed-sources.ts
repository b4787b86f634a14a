import type { DeployedSource } from '../../lambdas/contract/deployment/deployment-outputs';
import { OperatorError } from './operator-error';

/**
 * The sources of a stack out of its output.
 * @throws OperatorError where the text is not what the stack writes
 */
export function readDeployedSources(stackName: string, output: string): readonly DeployedSource[] {
  const value = parsed(output);
  if (Array.isArray(value) && value.every(isDeployedSource)) return value;
  throw new OperatorError({
    what: `Output Sources of stack ${stackName} is ${JSON.stringify(output.slice(0, 200))}; expected a JSON list of sources.`,
    whatToDo: 'Deploy the version of this checkout: npx cdk deploy --all',
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isDeployedSource(value: unknown): value is DeployedSource {
  if (typeof value !== 'object' || value === null) return false;
  const { sourceId, label, startLookbackHours, scheduleMinutes, dailyRecheck } = value as Record<
    string,
    unknown
  >;
  return (
    typeof sourceId === 'string' &&
    typeof label === 'string' &&
    typeof startLookbackHours === 'number' &&
    typeof scheduleMinutes === 'number' &&
    typeof dailyRecheck === 'boolean'
  );
}
