import { join } from 'node:path';

/** Loaded into a process before its program, this file sets the clock of the process. */
const PRELOAD = join(__dirname, 'clock-preload.cjs');
const MS_PER_MINUTE = 60_000;

/**
 * The clock of the transcripts. It runs like the machine's, and can be put forward. It begins on a fixed day, so that
 * transcripts made on another day differ in what the commands print, not in every date.
 */
export class StagedClock {
  private aheadMs: number;

  /** @param beginMs the first moment, unix milliseconds */
  constructor(beginMs: number) {
    this.aheadMs = beginMs - Date.now();
  }

  /** Unix milliseconds. */
  readonly nowMs = (): number => Date.now() + this.aheadMs;

  /** Puts the clock forward to a time. Does nothing if that time has passed. */
  putForwardTo(epochMs: number): void {
    this.aheadMs += Math.max(0, epochMs - this.nowMs());
  }

  /** The first full minute that is at least so many minutes ahead, unix milliseconds. */
  fullMinuteIn(minutes: number): number {
    return (Math.ceil(this.nowMs() / MS_PER_MINUTE) + minutes) * MS_PER_MINUTE;
  }

  /** Variables that give a Node.js process the current state of this clock. */
  environment(): Record<string, string> {
    return {
      NODE_OPTIONS: `--require ${JSON.stringify(PRELOAD)}`,
      STAGED_CLOCK_AHEAD_MS: String(this.aheadMs),
    };
  }
}
