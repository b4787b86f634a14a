import type { Readable, Writable } from 'node:stream';
import { Presets, SingleBar } from 'cli-progress';
import pc from 'picocolors';
import wrapAnsi from 'wrap-ansi';
import { visibleJson, visibleLines } from '../../format/visible-text';
import type { ErrorDescription } from '../describe-error';
import { csvLine } from './csv';
import type { OutputForm } from './options';
import { Prompts } from './prompts';
import type { Cell, Column } from './table';
import { cellText, tableText } from './table';

/** The three standard streams of a command; a test gives its own. */
export interface TerminalStreams {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly error: Writable & { readonly isTTY?: boolean };
}

export interface TerminalOptions {
  readonly streams: TerminalStreams;
  /** What standard output carries: text for a person, JSON alone, one value per line, or CSV alone. */
  readonly form: OutputForm;
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
 * With `--output csv` its first table is the result, and what is wrong or worth noting goes to standard error, as do
 * progress, questions and errors. The only control characters written are the program's own styles: see `visibleLines`.
 */
export class Terminal {
  readonly streams: TerminalStreams;
  readonly prompts: Prompts;
  /** Colors for lines on standard output, or functions that change nothing. */
  readonly colors: Colors;
  private readonly errorColors: Colors;
  private readonly hasColors: boolean;
  private readonly form: OutputForm;
  /** The first line of CSV, once it is written: the titles. */
  private csvTitles: string | undefined;
  private readonly nowMs: () => number;
  private readonly width: number;
  private lastProgress: Progress | undefined;

  constructor({ streams, form, wantsColor, nowMs, columns = DEFAULT_WIDTH }: TerminalOptions) {
    this.streams = streams;
    this.width = Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, streams.output.columns ?? columns));
    this.form = form;
    this.nowMs = nowMs;
    this.hasColors = wantsColor && form === 'table' && streams.output.isTTY === true;
    this.colors = pc.createColors(this.hasColors);
    this.errorColors = pc.createColors(wantsColor && streams.error.isTTY === true);
    this.prompts = new Prompts(streams);
  }

  /** A line for a person. */
  print(line = ''): void {
    if (this.form === 'table') this.streams.output.write(`${visibleLines(line, this.hasColors)}\n`);
  }

  /** A line for a person, with a mark before it. */
  printMarked(mark: Mark, line: string): void {
    if (this.form === 'csv' && mark !== 'good') this.printError(mark, [line]);
    else this.print(`${this.marked(mark)} ${line}`);
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

  /**
   * Rows below bold headings, no wider than the terminal; or as CSV, where titles stand even without rows.
   * @param sums rows about the others, for a person alone
   */
  table(
    head: readonly Column[],
    rows: readonly (readonly Cell[])[],
    sums: readonly (readonly Cell[])[] = [],
  ): void {
    this.csv(head, rows);
    if (this.form !== 'table' || rows.length === 0) return;
    const bold = head.map((column) => ({ ...column, title: this.colors.bold(column.title) }));
    this.print(
      tableText(
        bold,
        [...rows, ...sums].map((row) => row.map(cellText)),
        this.width,
      ),
    );
  }

  /** Rows for CSV alone, which has the columns that come first. A table of other columns is left out. */
  csv(head: readonly Column[], rows: readonly (readonly Cell[])[]): void {
    if (this.form !== 'csv') return;
    const titles = csvLine(head.map(({ title, titleInCsv = title }) => titleInCsv));
    if (this.csvTitles === undefined) this.streams.output.write(titles);
    this.csvTitles ??= titles;
    if (titles === this.csvTitles) for (const row of rows) this.streams.output.write(csvLine(row));
  }

  /** How many rows a table has if a person reads no more than so many: CSV has all. */
  mostRows(forPersons: number): number {
    return this.form === 'csv' ? Number.POSITIVE_INFINITY : forPersons;
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
    if (this.form === 'json') this.jsonResult(text);
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
    if (this.form === 'json') {
      const json = JSON.stringify({ error: { what, whatToDo, exitCode, stack } });
      this.streams.error.write(`${visibleJson(json)}\n`);
      return;
    }
    this.printError('bad', [what, `  ${whatToDo}`, ...(stack === undefined ? [] : [stack])]);
  }

  private printError(mark: Mark, lines: readonly string[]): void {
    const { sign, color } = MARKS[mark];
    const text = lines.map((line) => visibleLines(line, false)).join('\n');
    this.streams.error.write(`${this.errorColors[color](sign)} ${text}\n`);
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
