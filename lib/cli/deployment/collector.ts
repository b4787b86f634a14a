import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { CollectorEvent } from '../../../lambdas/contract/deployment/collector-event';
import { visibleText } from '../../format/visible-text';
import { ExitCode, OperatorError } from '../operator-error';
import type { Deployment } from './deployment';

/** The collector's error for problems that the owner of the token must fix. */
const CREDENTIAL_ERROR = 'CredentialError';

/**
 * Invokes the deployed collector and waits for it to end.
 * @returns what the collector returned
 * @throws OperatorError with the collector's own message if the run failed
 */
export async function invokeCollector(deployment: Deployment, event: CollectorEvent): Promise<unknown> {
  const { FunctionError, Payload } = await deployment.aws.client(LambdaClient).send(
    new InvokeCommand({
      FunctionName: deployment.outputs.CollectorFunction,
      Payload: Buffer.from(JSON.stringify(event)),
    }),
  );
  const text = Payload?.transformToString() ?? '';
  const payload: unknown = text === '' ? undefined : JSON.parse(text);
  if (FunctionError === undefined) return payload;
  throw failedRun(payload, event.sourceId);
}

/** Starts a run of the deployed collector, as its schedule does, without waiting for it. */
export async function startCollector(deployment: Deployment, event: CollectorEvent): Promise<void> {
  await deployment.aws.client(LambdaClient).send(
    new InvokeCommand({
      FunctionName: deployment.outputs.CollectorFunction,
      InvocationType: 'Event',
      Payload: Buffer.from(JSON.stringify(event)),
    }),
  );
}

/** AWS Lambda reports an error of a Node.js function by name and message (AWS Lambda developer guide). */
function failedRun(payload: unknown, sourceId: string): OperatorError {
  const { errorType, errorMessage } = (payload ?? {}) as Readonly<Record<string, unknown>>;
  const isRefused = errorType === CREDENTIAL_ERROR;
  return new OperatorError({
    what: `The collector's run for source ${sourceId} failed: ${visibleText(`${String(errorType)}: ${String(errorMessage)}`)}`,
    whatToDo: isRefused
      ? `Put a working token into the secret: npx netskope-audit setup ${sourceId}`
      : 'What is archived stays, and the next run goes on; npx netskope-audit doctor looks for the cause.',
    exitCode: isRefused ? ExitCode.RefusedByNetskope : ExitCode.Failed,
  });
}
