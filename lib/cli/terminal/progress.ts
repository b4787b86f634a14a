import type { Writable } from 'node:stream';
import { Presets, SingleBar } from 'cli-progress';

export interface ProgressOptions {
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
