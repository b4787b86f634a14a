import type { Clock } from '../lambdas/collector/core/ports';

/** Time in the hands of a test: it passes when somebody sleeps, or when the test says so. */
export class TestClock implements Clock {
  readonly slept: number[] = [];
  private running: AbortController[] = [];

  constructor(private currentMs: number) {}

  nowMs(): number {
    return this.currentMs;
  }

  async sleep(ms: number): Promise<void> {
    this.slept.push(ms);
    this.pass(ms);
  }

  timeoutSignal(): AbortSignal {
    const controller = new AbortController();
    this.running.push(controller);
    return controller.signal;
  }

  /** Lets time pass without anybody noticing. */
  pass(ms: number): void {
    this.currentMs += ms;
  }

  /** Lets every time-out that is still running expire now. */
  expireTimeouts(): void {
    const expired = this.running;
    this.running = [];
    for (const controller of expired) controller.abort();
  }
}
