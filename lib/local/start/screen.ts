import { styleText } from 'node:util';
import { visibleLines } from '../../format/visible-text';

/** The part of a terminal or pipe that is needed to write to it. */
interface ScreenStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

type Style = Parameters<typeof styleText>[0];

const BACK_TO_LINE_START = '\r\u001b[2K';
const DEFAULT_COLUMNS = 80;

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

  /** Writes a line that the next one replaces; on a pipe each one stays. */
  printLive(line: string): void {
    if (this.stream.isTTY !== true) return this.print(line);
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
