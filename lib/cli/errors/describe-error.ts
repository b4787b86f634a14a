import { visibleText } from '../../format/visible-text';
import { StartError } from '../../local/start/start-error';
import { describeAwsError } from './describe-aws-error';
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
