import { styleText } from 'node:util';
import { visibleLines } from '../../format/visible-text';

/** As much of a terminal or a pipe as is needed to write to it. */
export interface ScreenStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

type Style = Parameters<typeof styleText>[0];

const BACK_TO_LINE_START = '\r\u001b[2K';
const DEFAULT_COLUMNS = 80;

/** Where the operator looks: a terminal has one live line and colors, a pipe has plain lines; neither gets control characters. */
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

  /** Writes a line that the next one takes the place of; on a pipe each one stays. */
  printLive(line: string): void {
    if (this.stream.isTTY !== true) return this.print(line);
    const columns = this.stream.columns ?? DEFAULT_COLUMNS;
    this.stream.write(`${BACK_TO_LINE_START}${visibleLines(line, false).slice(0, columns - 1)}`);
    this.hasLiveLine = true;
  }

  /** Leaves the live line as it is; what comes next begins on a line of its own. */
  endLiveLine(): void {
    if (this.hasLiveLine) this.stream.write('\n');
    this.hasLiveLine = false;
  }

  /** The text in a style where there are colors, else the text. */
  styled(style: Style, text: string): string {
    return this.hasColors ? styleText(style, text, { validateStream: false }) : text;
  }
}
