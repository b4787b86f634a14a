import type { Clock } from '../lambdas/collector/core/ports';

/** The clock of a test: time passes only when something sleeps, or when the test says so. */
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

  /** Lets time pass without any other effect. */
  pass(ms: number): void {
    this.currentMs += ms;
  }

  /** Lets every running timeout expire now. */
  expireTimeouts(): void {
    const expired = this.running;
    this.running = [];
    for (const controller of expired) controller.abort();
  }
}
