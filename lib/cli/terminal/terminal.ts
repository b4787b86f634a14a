import type { Readable, Writable } from 'node:stream';
import { Presets, SingleBar } from 'cli-progress';
import pc from 'picocolors';
import wrapAnsi from 'wrap-ansi';
import { visibleJson, visibleLines } from '../../format/visible-text';
import type { ErrorDescription } from '../describe-error';
import { Prompts } from './prompts';
import type { Column } from './table';
import { tableText } from './table';

/** The three standard streams of a command; a test gives its own. */
export interface TerminalStreams {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly error: Writable & { readonly isTTY?: boolean };
}

export interface TerminalOptions {
  readonly streams: TerminalStreams;
  /** Whether standard output carries only JSON, one value per line. */
  readonly isJson: boolean;
  /** Whether colors are wanted; a stream that is not a terminal gets none. */
  readonly wantsColor: boolean;
  /** Unix milliseconds. */
  readonly nowMs: () => number;
  /** Columns of standard output if that is no terminal. @default 120 */
  readonly columns?: number;
}

/** What a line begins with: all is well, something is wrong, or something is worth noting. */
type Mark = 'good' | 'bad' | 'note';

const MARKS: Readonly<Record<Mark, { readonly sign: string; readonly color: 'green' | 'red' | 'yellow' }>> = {
  good: { sign: '✓', color: 'green' },
  bad: { sign: '✗', color: 'red' },
  note: { sign: '!', color: 'yellow' },
};

const DEFAULT_WIDTH = 120;
/** Narrower, a table cannot be read; wider, the eye loses the row. */
const MIN_WIDTH = 80;
const MAX_WIDTH = 200;
/** What the further lines of a wrapped line begin with. */
const INDENT = '    ';

type Colors = ReturnType<typeof pc.createColors>;

/**
 * All output and questions of a command. The result goes to standard output: lines and tables for a person, or with
 * `--json` the same facts as JSON, without any line. A command therefore writes both, and need not ask which is wanted.
 * Progress, questions and errors go to standard error. The only control characters written are the program's own
 * styles: see `visibleLines`.
 */
export class Terminal {
  readonly streams: TerminalStreams;
  readonly prompts: Prompts;
  /** Colors for lines on standard output, or functions that change nothing. */
  readonly colors: Colors;
  private readonly errorColors: Colors;
  private readonly hasColors: boolean;
  private readonly isJson: boolean;
  private readonly nowMs: () => number;
  private readonly width: number;
  private lastProgress: Progress | undefined;

  constructor({ streams, isJson, wantsColor, nowMs, columns = DEFAULT_WIDTH }: TerminalOptions) {
    this.streams = streams;
    this.width = Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, streams.output.columns ?? columns));
    this.isJson = isJson;
    this.nowMs = nowMs;
    this.hasColors = wantsColor && streams.output.isTTY === true;
    this.colors = pc.createColors(this.hasColors);
    this.errorColors = pc.createColors(wantsColor && streams.error.isTTY === true);
    this.prompts = new Prompts(streams);
  }

  /** A line for a person. */
  print(line = ''): void {
    if (!this.isJson) this.streams.output.write(`${visibleLines(line, this.hasColors)}\n`);
  }

  /** A line for a person, with a mark before it. */
  printMarked(mark: Mark, line: string): void {
    this.print(`${this.marked(mark)} ${line}`);
  }

  /**
   * A line that goes on indented where the terminal is narrower. Into a pipe or a file it goes whole, so that it can be
   * searched.
   */
  printWrapped(line: string): void {
    const isWhole = this.streams.output.isTTY !== true;
    this.print(
      isWhole
        ? line
        : wrapAnsi(line, this.width - INDENT.length, { hard: true }).replaceAll('\n', `\n${INDENT}`),
    );
  }

  /** Rows below bold headings, no wider than the terminal. */
  table(head: readonly Column[], rows: readonly (readonly string[])[]): void {
    if (this.isJson) return;
    const bold = head.map((column) => ({ ...column, title: this.colors.bold(column.title) }));
    this.print(tableText(bold, rows, this.width));
  }

  /** The sign of a mark, colored. */
  marked(mark: Mark): string {
    const { sign, color } = MARKS[mark];
    return this.colors[color](sign);
  }

  /** A value for a program; units are in the names of its fields. */
  json(value: unknown): void {
    this.jsonText(JSON.stringify(value));
  }

  /** A value that is JSON text already, on one line. */
  jsonText(text: string): void {
    if (this.isJson) this.jsonResult(text);
  }

  /**
   * A result that is JSON text for persons and programs alike, on one line. It stays as it is, but a terminal gets no
   * control characters.
   */
  jsonResult(text: string): void {
    this.streams.output.write(`${this.streams.output.isTTY === true ? visibleJson(text) : text}\n`);
  }

  /** Starts a progress display. */
  progress(options: ProgressOptions): Progress {
    this.lastProgress = new Progress(this.streams.error, options, this.nowMs);
    return this.lastProgress;
  }

  /** Leaves the terminal as a shell expects it, wherever the command has ended. */
  close(): void {
    this.lastProgress?.stop();
  }

  /** Prints an error on standard error. Line breaks are kept, so text from outside needs `visibleText` first. */
  fail({ what, whatToDo, exitCode, stack }: ErrorDescription): void {
    if (this.isJson) {
      const json = JSON.stringify({ error: { what, whatToDo, exitCode, stack } });
      this.streams.error.write(`${visibleJson(json)}\n`);
      return;
    }
    const { sign, color } = MARKS.bad;
    const lines = [
      `${this.errorColors[color](sign)} ${visibleLines(what, false)}`,
      `  ${visibleLines(whatToDo, false)}`,
      ...(stack === undefined ? [] : [visibleLines(stack, false)]),
    ];
    this.streams.error.write(`${lines.join('\n')}\n`);
  }
}

interface ProgressOptions {
  /** What is being done, shown before the bar: `backfill netskope`. */
  readonly title: string;
  /** The amount of work, in the unit that `update` takes. */
  readonly total: number;
}

/** Without a terminal, an update writes a line if this time has passed, or this share of the work is done. */
const LINE_EVERY_MS = 30_000;
const LINE_EVERY_PERCENT = 10;

/** Shows progress: as a bar on a terminal, otherwise as a line now and then, for a log. */
export class Progress {
  private readonly bar: SingleBar | undefined;
  private lastLineAtMs: number;
  private lastLinePercent = 0;

  constructor(
    private readonly stream: Writable & { readonly isTTY?: boolean },
    private readonly options: ProgressOptions,
    private readonly nowMs: () => number,
  ) {
    this.lastLineAtMs = nowMs();
    if (stream.isTTY === true) this.bar = startBar(stream, options);
  }

  /**
   * Shows what is done so far.
   * @param note further text, such as a rate or an estimate
   */
  update(done: number, note = ''): void {
    if (this.bar === undefined) this.writeLine(done, note);
    else this.bar.update(done, { note });
  }

  /** Stops the bar and leaves it on the screen. Later output begins on a line of its own. */
  stop(): void {
    this.bar?.stop();
  }

  private writeLine(done: number, note: string): void {
    const { title, total } = this.options;
    const percent = total === 0 ? 100 : Math.floor((100 * done) / total);
    const isDue =
      percent >= this.lastLinePercent + LINE_EVERY_PERCENT ||
      this.nowMs() - this.lastLineAtMs >= LINE_EVERY_MS;
    if (!isDue) return;
    this.lastLinePercent = percent;
    this.lastLineAtMs = this.nowMs();
    this.stream.write(`${title} ${percent} %${note === '' ? '' : `, ${note}`}\n`);
  }
}

function startBar(stream: Writable, { title, total }: ProgressOptions): SingleBar {
  const format = `${title} {bar} {percentage} % {note}`;
  const bar = new SingleBar(
    { format, stream, hideCursor: true, gracefulExit: false },
    Presets.shades_classic,
  );
  bar.start(total, 0, { note: '' });
  return bar;
}
