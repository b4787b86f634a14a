import { NewerFormatError } from '../../lambdas/shared/errors';
import { visibleText } from '../format/visible-text';
import { StartError } from '../local/start/start-error';
import { failedCall } from './deployment/aws-clients';
import { ExitCode, OperatorError } from './operator-error';

/** An error as the operator reads it. */
export interface ErrorDescription {
  readonly what: string;
  readonly whatToDo: string;
  readonly exitCode: ExitCode;
  /** Only for a bug of this program: where it happened. */
  readonly stack?: string;
}

/** Names of the errors for an interrupted question (Inquirer.js documentation, "Handling ctrl+c gracefully"). */
const BROKEN_OFF: readonly string[] = ['ExitPromptError', 'AbortPromptError'];

/**
 * Describes anything that was thrown. An unexpected error is described by its stack, never by its fields: they may lead
 * to a request that contains a token.
 */
export function describeError(error: unknown): ErrorDescription {
  if (error instanceof OperatorError) return wordsOf(error);
  if (!(error instanceof Error))
    return bug(new Error(`a value that is no error was thrown: ${typeof error}`));
  if (BROKEN_OFF.includes(error.name)) return INTERRUPTED;
  if (error instanceof StartError) return noLocalArchive(error);
  if (error instanceof NewerFormatError) return newerFormat(error);
  const cause = error.cause instanceof Error ? describeAwsError(error.cause) : undefined;
  const known = describeAwsError(error) ?? cause;
  return known === undefined ? bug(error) : wordsOf(known);
}

function noLocalArchive({ message }: StartError): ErrorDescription {
  return {
    what: visibleText(message),
    whatToDo: 'Leave --local out for the deployment in AWS; with it, this is about the archive of npm start.',
    exitCode: ExitCode.NoDeployment,
  };
}

function newerFormat({ message }: NewerFormatError): ErrorDescription {
  return {
    what: `A later version is in use: ${visibleText(message)}.`,
    whatToDo: 'Update this command line as well: docs/upgrade.md says how.',
    exitCode: ExitCode.Failed,
  };
}

function wordsOf({ what, whatToDo, exitCode }: OperatorError): ErrorDescription {
  return { what, whatToDo, exitCode };
}

/** Printed when the operator interrupts a command. */
export const INTERRUPTED: ErrorDescription = {
  what: 'Interrupted.',
  whatToDo: 'What was done stays; the command can be started again.',
  exitCode: ExitCode.Interrupted,
};

function bug(error: Error): ErrorDescription {
  return {
    what: `This is a bug of netskope-audit: ${error.name}: ${visibleText(error.message)}`,
    whatToDo: 'Report it with the lines below; they hold no credentials.',
    exitCode: ExitCode.Failed,
    stack: error.stack,
  };
}

/** Names of the SDK's errors for missing or unusable credentials (AWS SDK for JavaScript, @smithy/core/config). */
const NO_CREDENTIALS: ReadonlySet<string> = new Set(['CredentialsProviderError', 'TokenProviderError']);

/** Codes with which AWS services reject the credentials (AWS "Common error types", Amazon S3 "Error responses"). */
const BAD_CREDENTIALS: ReadonlySet<string> = new Set([
  'AuthFailure',
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidToken',
  'NotAuthorized',
  'RequestExpired',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);

/** Codes with which AWS services deny a call to valid credentials (the same lists). */
const DENIED: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationError',
  'AuthorizationErrorException',
  'UnauthorizedOperation',
]);

/** Node.js codes for a network that does not reach AWS (Node.js documentation, "Common system errors"; DNS errors). */
const UNREACHABLE: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

const HTTP_FORBIDDEN = 403;

/**
 * Describes an error of the AWS SDK.
 * @returns undefined if the error is not from the SDK
 */
function describeAwsError(error: Error): OperatorError | undefined {
  if (NO_CREDENTIALS.has(error.name)) return noCredentials(error);
  const call = callName(error);
  if (call === undefined) return undefined;
  if (isUnreachable(error)) return unreachable(error, call);
  if (BAD_CREDENTIALS.has(error.name)) return badCredentials(error, call);
  if (DENIED.has(error.name) || httpStatus(error) === HTTP_FORBIDDEN) return denied(error, call);
  return new OperatorError(
    {
      what: `The AWS call ${call} failed: ${error.name}: ${error.message}`,
      whatToDo: 'Try again in a minute; if it stays so, run npx --no -- netskope-audit doctor.',
    },
    { cause: error },
  );
}

function noCredentials(error: Error): OperatorError {
  return new OperatorError(
    {
      what: `No usable AWS credentials were found: ${firstLine(error.message)}`,
      whatToDo: 'Sign in (aws sso login or aws configure), or name a profile with --profile.',
    },
    { cause: error },
  );
}

function badCredentials(error: Error, call: string): OperatorError {
  return new OperatorError(
    {
      what: `AWS refused your credentials at ${call}: ${error.name}: ${firstLine(error.message)}`,
      whatToDo: 'Sign in again, check --profile, and check that the clock of this machine is right.',
    },
    { cause: error },
  );
}

/** Most messages of AWS name the action, whose name often differs from that of the call. */
function denied(error: Error, call: string): OperatorError {
  const action = /not authorized to perform: ([\w-]+:\w+)/.exec(error.message)?.[1];
  return new OperatorError(
    {
      what: `AWS denied ${action ?? `the call ${call}`}: ${firstLine(error.message)}`,
      whatToDo: `Have ${action ?? 'the permission for this call'} granted to your role, or choose another with --profile.`,
    },
    { cause: error },
  );
}

function unreachable(error: Error, call: string): OperatorError {
  return new OperatorError(
    {
      what: `AWS could not be reached for ${call}: ${systemCode(error) ?? error.name}`,
      whatToDo: 'Check the network, a proxy, and whether the region exists.',
    },
    { cause: error },
  );
}

/** Whether the network did not reach AWS, or broke off. */
export function isUnreachable(error: Error): boolean {
  return UNREACHABLE.has(systemCode(error) ?? '') || error.name === 'TimeoutError';
}

/** If several addresses failed, Node.js reports them in one error; the first one is used. */
function systemCode(error: Error): string | undefined {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const { code } = (first ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' ? code : undefined;
}

function httpStatus(error: Error): number | undefined {
  const { $metadata } = error as { readonly $metadata?: { readonly httpStatusCode?: number } };
  return $metadata?.httpStatusCode;
}

function callName(error: Error): string | undefined {
  const call = failedCall(error);
  return call === undefined ? undefined : `${call.service} ${call.operation}`;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
