import type { Writable } from 'node:stream';
import { Presets, SingleBar } from 'cli-progress';

export interface ProgressOptions {
  /** What is done, before the bar: `backfill netskope`. */
  readonly title: string;
  /** How much there is to do, in the same unit as what `update` is told. */
  readonly total: number;
}

/** Without a terminal a line is written this often at most, and for each of these shares. */
const LINE_EVERY_MS = 30_000;
const LINE_EVERY_PERCENT = 10;

/** How far something has come: a bar on a terminal; else a line now and then, for a log. */
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
   * @param note what else there is to say: a rate, an estimate
   */
  update(done: number, note = ''): void {
    if (this.bar === undefined) this.writeLine(done, note);
    else this.bar.update(done, { note });
  }

  /** Ends the bar and leaves it as it is. What comes next begins on a line of its own. */
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
