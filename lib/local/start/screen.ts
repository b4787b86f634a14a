import { styleText } from 'node:util';
import { formatCount, formatMinute } from '../../format/quantities';
import { visibleLines, visibleText } from '../../format/visible-text';
import { parsedJson } from '../parsed-json';

/** The part of a terminal or pipe that is needed to write to it. */
interface ScreenStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

type Style = Parameters<typeof styleText>[0];

const BACK_TO_LINE_START = '\r\u001b[2K';
const DEFAULT_COLUMNS = 80;
const UP_TO_DAY_LENGTH = '  to YYYY-MM-DD'.length;

/** Writes a live line and colors to a terminal, plain lines to a pipe. Texts cannot contain control characters. */
export class Screen {
  private hasLiveLine = false;
  private readonly hasColors: boolean;

  /** @param environment NO_COLOR with any value means no colors (https://no-color.org) */
  constructor(
    private readonly stream: ScreenStream,
    environment: Readonly<Record<string, string | undefined>>,
  ) {
    this.hasColors = stream.isTTY === true && (environment.NO_COLOR ?? '') === '';
  }

  /** Writes a line that stays. */
  print(line = ''): void {
    this.endLiveLine();
    this.stream.write(`${visibleLines(line, this.hasColors)}\n`);
  }

  /** Whether lines can be replaced: not on a pipe. */
  get isLive(): boolean {
    return this.stream.isTTY === true;
  }

  /** Writes a line that the next one replaces; on a pipe each one stays. */
  printLive(line: string): void {
    if (!this.isLive) return this.print(line);
    const columns = this.stream.columns ?? DEFAULT_COLUMNS;
    this.stream.write(`${BACK_TO_LINE_START}${visibleLines(line, false).slice(0, columns - 1)}`);
    this.hasLiveLine = true;
  }

  /** Keeps the live line as it is; later output begins on a line of its own. */
  endLiveLine(): void {
    if (this.hasLiveLine) this.stream.write('\n');
    this.hasLiveLine = false;
  }

  /** The text in a style if there are colors, else the text. */
  styled(style: Style, text: string): string {
    return this.hasColors ? styleText(style, text, { validateStream: false }) : text;
  }
}

/** Shows the progress of the functions: the newest page, on a pipe the last one of each day, and every warning. */
export class Progress {
  private pages = 0;
  private archived = 0;
  private quarantined = 0;
  /** The newest page, not printed yet. */
  private held: { readonly line: string; readonly day: string } | undefined;

  constructor(private readonly screen: Screen) {}

  /** Handles one line that the function wrote. */
  show(line: string): void {
    const entry = readLogLine(line);
    switch (entry.kind) {
      case 'page':
        return this.showPage(entry);
      case 'remark':
        return this.screen.print(`${this.screen.styled('yellow', 'warning')}  ${visibleText(entry.text)}`);
      case 'routine':
        return;
    }
  }

  /** Short enough for a terminal of 80 columns: the time reached, the events of the page, and the totals so far. */
  private showPage(page: PageLine): void {
    this.pages++;
    this.archived += page.archived;
    this.quarantined += page.quarantined;
    if (page.received === 0) return;
    const upTo = page.watermarkS === undefined ? '' : `  to ${formatMinute(page.watermarkS)}`;
    const brought = `+${formatCount(page.received)}`.padStart(7);
    const totals = `archived ${formatCount(this.archived)}, quarantined ${formatCount(this.quarantined)}`;
    const line = `page ${formatCount(this.pages).padStart(4)}${upTo}  ${brought}  ${totals}`;
    if (this.screen.isLive) return this.screen.printLive(line);
    const day = upTo.slice(0, UP_TO_DAY_LENGTH);
    if (this.held?.day !== day) this.end();
    this.held = { line, day };
  }

  /** Prints what is held back. */
  end(): void {
    if (this.held !== undefined) this.screen.print(this.held.line);
    this.held = undefined;
  }
}

/** One page, as the function logs it. */
interface PageLine {
  readonly kind: 'page';
  readonly received: number;
  readonly archived: number;
  readonly quarantined: number;
  /** Time up to which Netskope has delivered, unix seconds; absent if the page has none. */
  readonly watermarkS?: number;
}

/** What a line of the function means to an operator. */
type FunctionLogLine =
  | PageLine
  /** Text to be read: a warning or an error of the function, or text that is not a log record. */
  | { readonly kind: 'remark'; readonly text: string }
  | { readonly kind: 'routine' };

const LOUD_LEVELS: readonly unknown[] = ['WARN', 'ERROR', 'CRITICAL'];

/** Fields of every record of a run; the others are the record's own content. */
const COMMON_FIELDS = new Set([
  'level',
  'message',
  'timestamp',
  'service',
  'sourceId',
  'runId',
  'sampling_rate',
]);

function readLogLine(line: string): FunctionLogLine {
  const record = parsedRecord(line);
  if (record === undefined) return line.trim() === '' ? { kind: 'routine' } : { kind: 'remark', text: line };
  if (LOUD_LEVELS.includes(record.level)) return { kind: 'remark', text: inWords(record) };
  return record.message === 'page' ? pageLine(record) : { kind: 'routine' };
}

function pageLine({ received, archived, quarantined, watermarkS }: Record<string, unknown>): PageLine {
  return {
    kind: 'page',
    received: numberOr0(received),
    archived: numberOr0(archived),
    quarantined: numberOr0(quarantined),
    ...(typeof watermarkS === 'number' ? { watermarkS } : {}),
  };
}

function inWords(record: Record<string, unknown>): string {
  const details = Object.entries(record)
    .filter(([name]) => !COMMON_FIELDS.has(name))
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return [String(record.message), ...details].join(', ');
}

function parsedRecord(line: string): Record<string, unknown> | undefined {
  return line.startsWith('{') ? (parsedJson(line) as Record<string, unknown> | undefined) : undefined;
}

function numberOr0(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
