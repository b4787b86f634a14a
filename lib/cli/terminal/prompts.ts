import type { Readable, Writable } from 'node:stream';
import { visibleText } from '../../format/visible-text';
import { ExitCode, OperatorError } from '../operator-error';

interface Question {
  /** What is asked, as a sentence. */
  readonly message: string;
  /** How a script answers it: `--domain <host>`. */
  readonly option: string;
}

interface TextQuestion extends Question {
  /** Validates the answer. @returns true, or what was expected, as a sentence. @default - accepts anything */
  readonly validate?: (answer: string) => true | string;
}

interface Choice<Value> {
  readonly value: Value;
  readonly name: string;
}

/** Where questions are asked and answered. */
interface PromptStreams {
  readonly input: Readable & { readonly isTTY?: boolean };
  /** Questions are written here, so that standard output has only the result. */
  readonly error: Writable & { readonly isTTY?: boolean };
}

/**
 * Asks the person at the terminal. Without a terminal, each question throws an OperatorError that names the option to
 * give instead.
 */
export class Prompts {
  constructor(private readonly streams: PromptStreams) {}

  /** Whether there is a person to ask. */
  get areAnswered(): boolean {
    return this.streams.input.isTTY === true && this.streams.error.isTTY === true;
  }

  /** Asks for a text. */
  async ask({ message, option, validate = () => true }: TextQuestion): Promise<string> {
    const context = this.context(message, option);
    const { input } = await import('@inquirer/prompts');
    return input({ message: visibleText(message), required: true, validate }, context);
  }

  /** Asks for a text that is shown nowhere, not even as stars. */
  async askSecret({ message, option, validate = () => true }: TextQuestion): Promise<string> {
    const context = this.context(message, option);
    const { password } = await import('@inquirer/prompts');
    return password({ message: visibleText(message), mask: false, validate }, context);
  }

  /** Asks whether to go on. Return means no. */
  async confirm({ message, option }: Question): Promise<boolean> {
    const context = this.context(message, option);
    const { confirm } = await import('@inquirer/prompts');
    return confirm({ message: visibleText(message), default: false }, context);
  }

  /** Asks to choose one of several values. */
  async choose<Value>({ message, option }: Question, choices: readonly Choice<Value>[]): Promise<Value> {
    const context = this.context(message, option);
    const { select } = await import('@inquirer/prompts');
    return select({ message: visibleText(message), choices }, context);
  }

  private context(message: string, option: string): { readonly input: Readable; readonly output: Writable } {
    if (this.areAnswered) return { input: this.streams.input, output: this.streams.error };
    throw new OperatorError({
      what: `There is no terminal to ask: ${message}`,
      whatToDo: `Give ${option}.`,
      exitCode: ExitCode.WrongUsage,
    });
  }
}
