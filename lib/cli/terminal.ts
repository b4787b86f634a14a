import type { Readable, Writable } from 'node:stream';
import pc from 'picocolors';
import { columnsOf } from './columns';
import type { Column } from './columns';
import type { ErrorInWords } from './error-in-words';
import { Progress } from './progress';
import type { ProgressOptions } from './progress';
import { Prompts } from './prompts';

/** The three standard streams of a command; a test gives its own. */
export interface TerminalStreams {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: Writable & { readonly isTTY?: boolean };
  readonly error: Writable & { readonly isTTY?: boolean };
}

export interface TerminalOptions {
  readonly streams: TerminalStreams;
  /** Standard output carries JSON, one value a line, and nothing else. */
  readonly isJson: boolean;
  /** Whether colours are wanted; a stream that is no terminal gets none. */
  readonly wantsColour: boolean;
  /** Unix milliseconds. */
  readonly nowMs: () => number;
}

/** What stands before a line: all is well, something is wrong, something is to be noted. */
export type Mark = 'good' | 'bad' | 'note';

const MARKS: Readonly<Record<Mark, { readonly sign: string; readonly colour: 'green' | 'red' | 'yellow' }>> =
  {
    good: { sign: '✓', colour: 'green' },
    bad: { sign: '✗', colour: 'red' },
    note: { sign: '!', colour: 'yellow' },
  };

type Colours = ReturnType<typeof pc.createColors>;

/**
 * Everything a command says and asks. The result goes to standard output: lines and tables for a person, or with
 * `--json` the same facts as JSON, and then no line. A verb therefore gives both, and need not ask which is wanted.
 * Progress, questions and errors go to standard error.
 */
export class Terminal {
  readonly streams: TerminalStreams;
  readonly prompts: Prompts;
  /** Colours for lines on standard output, or functions that change nothing. */
  readonly colours: Colours;
  private readonly errorColours: Colours;
  private readonly isJson: boolean;
  private readonly nowMs: () => number;
  private lastProgress: Progress | undefined;

  constructor({ streams, isJson, wantsColour, nowMs }: TerminalOptions) {
    this.streams = streams;
    this.isJson = isJson;
    this.nowMs = nowMs;
    this.colours = pc.createColors(wantsColour && streams.output.isTTY === true);
    this.errorColours = pc.createColors(wantsColour && streams.error.isTTY === true);
    this.prompts = new Prompts(streams);
  }

  /** A line for a person. */
  print(line = ''): void {
    if (!this.isJson) this.streams.output.write(`${line}\n`);
  }

  /** A line for a person, with a mark before it. */
  printMarked(mark: Mark, line: string): void {
    this.print(`${this.marked(mark)} ${line}`);
  }

  /** Rows below bold headings, in columns as wide as they need to be. */
  table(head: readonly Column[], rows: readonly (readonly string[])[]): void {
    if (this.isJson) return;
    const bold = head.map((column) => ({ ...column, title: this.colours.bold(column.title) }));
    this.print(columnsOf(bold, rows));
  }

  /** The sign of a mark, coloured. */
  marked(mark: Mark): string {
    const { sign, colour } = MARKS[mark];
    return this.colours[colour](sign);
  }

  /** A value for a program; units stand in the names of its fields. */
  json(value: unknown): void {
    this.jsonText(JSON.stringify(value));
  }

  /** A value that is JSON text already and is to stay as it is, on one line. */
  jsonText(text: string): void {
    if (this.isJson) this.streams.output.write(`${text}\n`);
  }

  /** Begins to show how far something has come. */
  progress(options: ProgressOptions): Progress {
    this.lastProgress = new Progress(this.streams.error, options, this.nowMs);
    return this.lastProgress;
  }

  /** Leaves the terminal as a shell expects it, wherever the command was ended. */
  close(): void {
    this.lastProgress?.stop();
  }

  /** Says what went wrong, on standard error. */
  fail({ what, whatToDo, exitCode, stack }: ErrorInWords): void {
    if (this.isJson) {
      this.streams.error.write(`${JSON.stringify({ error: { what, whatToDo, exitCode, stack } })}\n`);
      return;
    }
    const { sign, colour } = MARKS.bad;
    const lines = [
      `${this.errorColours[colour](sign)} ${what}`,
      `  ${whatToDo}`,
      ...(stack === undefined ? [] : [stack]),
    ];
    this.streams.error.write(`${lines.join('\n')}\n`);
  }
}
