import { PassThrough } from 'node:stream';
import type { TerminalOptions } from '../../lib/cli/terminal/terminal';
import { Terminal } from '../../lib/cli/terminal/terminal';

export interface OperatorOptions extends Partial<Omit<TerminalOptions, 'streams'>> {
  /** Whether a person uses it. @default false */
  readonly isTTY?: boolean;
}

/** A terminal that a test types into and reads from. */
export class OperatorTerminal {
  readonly input = new PassThrough();
  readonly output = new PassThrough();
  readonly error = new PassThrough();
  readonly terminal: Terminal;

  constructor({ isTTY = false, form = 'table', wantsColor = true, nowMs = () => 0 }: OperatorOptions = {}) {
    for (const stream of [this.input, this.output, this.error]) {
      stream.setEncoding('utf8');
      Object.assign(stream, { isTTY });
    }
    const streams = { input: this.input, output: this.output, error: this.error };
    this.terminal = new Terminal({ streams, form, wantsColor, nowMs });
  }

  /** What was written to standard output since the last read. */
  get written(): string {
    return (this.output.read() as string | null) ?? '';
  }

  /** What was written to standard error since the last read. */
  get writtenAsError(): string {
    return (this.error.read() as string | null) ?? '';
  }

  /** Types the keys once a question has been asked. */
  async answer(keys: string): Promise<void> {
    await new Promise((resolve) => this.error.once('readable', resolve));
    this.input.write(keys);
  }
}
