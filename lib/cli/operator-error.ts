import { ExitCode } from './exit-code';

/** What went wrong, for the person who typed the command. Never holds a token or a whole request. */
export interface OperatorErrorParts {
  /** What happened, the value received and what was expected; whole sentences. */
  readonly what: string;
  /** The next step, as a whole sentence. */
  readonly whatToDo: string;
  /** @default ExitCode.Failed */
  readonly exitCode?: ExitCode;
}

/** An error that the operator can act on. Everything else that is thrown is a bug of this program. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
  readonly whatToDo: string;
  readonly exitCode: ExitCode;

  constructor({ what, whatToDo, exitCode = ExitCode.Failed }: OperatorErrorParts, options?: ErrorOptions) {
    super(what, options);
    this.whatToDo = whatToDo;
    this.exitCode = exitCode;
  }

  /** What happened; the error's message. */
  get what(): string {
    return this.message;
  }
}
