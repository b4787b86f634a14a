import { join } from 'node:path';

/** Loaded into a process before its program, it sets the clock of that process. */
const PRELOAD = join(__dirname, 'clock-preload.cjs');
const MS_PER_MINUTE = 60_000;

/**
 * The time in which the transcripts are made. It goes on as the machine's does, and can be put forward. It begins on a day
 * of its own, so that transcripts of another day differ in what the commands print and not in every date.
 */
export class StagedClock {
  private aheadMs: number;

  /** @param beginMs the first moment, unix milliseconds */
  constructor(beginMs: number) {
    this.aheadMs = beginMs - Date.now();
  }

  /** Unix milliseconds. */
  readonly nowMs = (): number => Date.now() + this.aheadMs;

  /** Puts the clock forward to a time. One that is over already is let be. */
  putForwardTo(epochMs: number): void {
    this.aheadMs += Math.max(0, epochMs - this.nowMs());
  }

  /** The next full minute that is so many minutes ahead at least, unix milliseconds. */
  fullMinuteIn(minutes: number): number {
    return (Math.ceil(this.nowMs() / MS_PER_MINUTE) + minutes) * MS_PER_MINUTE;
  }

  /** Variables that give a Node.js process this clock, as it is now. */
  environment(): Record<string, string> {
    return {
      NODE_OPTIONS: `--require ${JSON.stringify(PRELOAD)}`,
      STAGED_CLOCK_AHEAD_MS: String(this.aheadMs),
    };
  }
}
