/** What went wrong, for the person who typed the command. Never holds a token or a whole request. */
export interface OperatorErrorParts {
  /** What happened, the value received and what was expected; whole sentences. */
  readonly what: string;
  /** The next step, as a whole sentence. */
  readonly whatToDo: string;
  /** @default ExitCode.Failed */
  readonly exitCode?: ExitCode;
}

/** An error that the operator can act on. `describeError` says what other errors mean. */
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

/** Exit codes of the command line. Scripts rely on these numbers. */
export const ExitCode = {
  Done: 0,
  Failed: 1,
  WrongUsage: 2,
  Finding: 3,
  NoDeployment: 4,
  RefusedByNetskope: 5,
  /** What a shell reports for a command ended by Ctrl-C: 128 plus the number of SIGINT. */
  Interrupted: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** What each code means, in the words of the help text. */
export const EXIT_CODE_MEANINGS: Readonly<Record<ExitCode, string>> = {
  [ExitCode.Done]: 'done',
  [ExitCode.Failed]: 'failed; standard error says why and what to do',
  [ExitCode.WrongUsage]: 'wrong usage, or a question that could not be asked without a terminal',
  [ExitCode.Finding]: 'the check was made and found something',
  [ExitCode.NoDeployment]: 'no deployment, or no such source in it',
  [ExitCode.RefusedByNetskope]: 'Netskope refused the credentials',
  [ExitCode.Interrupted]: 'interrupted',
};
