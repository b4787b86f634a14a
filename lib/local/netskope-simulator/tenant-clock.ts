/** The tenant's clock: the one that a test gives, with an error that it can change. */
export class TenantClock {
  /** Milliseconds by which the tenant's clock is ahead, negative if it is behind. */
  skewMs: number;
  readonly #trueMs: () => number;

  constructor(trueMs: () => number, skewMs: number) {
    this.#trueMs = trueMs;
    this.skewMs = skewMs;
  }

  /** Unix milliseconds as the tenant has them. */
  nowMs(): number {
    return this.#trueMs() + this.skewMs;
  }

  /** Unix milliseconds without the error. */
  trueMs(): number {
    return this.#trueMs();
  }
}
