import type { RunSummary } from '../../../lambdas/contract/deployment/collector-event';
import { collectionEvent } from '../../../lambdas/contract/deployment/deployment-outputs';
import { TokenPlace } from '../../../lambdas/contract/deployment/token-places';
import { invokeCollector, readLiveCheckpoint } from '../deployment/collector';
import type { Deployment, SourceInStack } from '../deployment/deployment';
import { ExitCode, OperatorError } from '../operator-error';

/**
 * Runs the collector once, with the input that its schedule gives it.
 * @throws OperatorError that tells a failure of the collector from one of the setup
 */
export async function runCollectorOnce(deployment: Deployment, source: SourceInStack): Promise<RunSummary> {
  try {
    const summary = await invokeCollector(deployment, collectionEvent(source));
    if (isRunSummary(summary)) return summary;
  } catch (error) {
    throw error instanceof OperatorError ? await failedRun(deployment, source, error) : error;
  }
  throw new OperatorError({
    what: `The token is stored, but the collector of source ${source.sourceId} ended without telling what it did.`,
    whatToDo: 'Deploy the version of this checkout: npx cdk deploy --all',
  });
}

function isRunSummary(value: unknown): value is RunSummary {
  if (typeof value !== 'object' || value === null) return false;
  const { outcome, archived, quarantined, pages } = value as Readonly<Record<string, unknown>>;
  return (
    typeof outcome === 'string' && [archived, quarantined, pages].every((count) => typeof count === 'number')
  );
}

/** The HTTP status is in the collector's message, which is all that Lambda reports of an error. */
async function failedRun(
  deployment: Deployment,
  { sourceId }: SourceInStack,
  error: OperatorError,
): Promise<OperatorError> {
  const what = `The token is stored, and it works from this machine. ${error.what}`;
  const { whatToDo, exitCode } = error;
  const options = { cause: error };
  if (error.what.includes('HTTP 409')) {
    const checkpoint = await readLiveCheckpoint(deployment, sourceId);
    return new OperatorError(
      { what: `${what} Another consumer uses index ${checkpoint?.indexName}.`, whatToDo: STOP_THE_OTHER },
      options,
    );
  }
  if (exitCode !== ExitCode.RefusedByNetskope)
    return new OperatorError({ what, whatToDo, exitCode }, options);
  return new OperatorError({ what, whatToDo: ADMIT_LAMBDA, exitCode }, options);
}

const STOP_THE_OTHER =
  "The index is the source's own: find the second deployment that has a copy of its checkpoint, or the tool that was given this name, and stop it. The next scheduled run goes on.";

const ADMIT_LAMBDA = `Netskope admits this machine and not AWS Lambda, most likely by address: see ${TokenPlace.AllowList} and the list of the token's role. Lambda has no fixed address, unless it runs in a VPC with a NAT gateway.`;
