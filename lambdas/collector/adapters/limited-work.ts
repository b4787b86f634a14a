/** Starts pieces of work one after the other, of which at most so many are under way. */
export class LimitedWork<Result> {
  private readonly begun: Promise<Result>[] = [];
  private readonly running = new Set<Promise<unknown>>();
  private failure: { readonly error: unknown } | undefined;

  constructor(private readonly limit: number) {}

  /**
   * Begins a piece of work, as soon as there is room for it.
   * @throws what an earlier piece has thrown; `work` is not begun then
   */
  async begin(work: () => Promise<Result>): Promise<void> {
    while (this.running.size >= this.limit) await Promise.race(this.running);
    if (this.failure !== undefined) throw this.failure.error;
    const promise = work();
    this.begun.push(promise);
    const end: Promise<unknown> = promise
      .catch((error: unknown) => void (this.failure ??= { error }))
      .finally(() => this.running.delete(end));
    this.running.add(end);
  }

  /** Results in the order in which the work was begun. @throws what the first failing piece has thrown */
  async results(): Promise<Result[]> {
    await this.over();
    if (this.failure !== undefined) throw this.failure.error;
    return Promise.all(this.begun);
  }

  /** Waits until nothing is under way, be it that something has failed. */
  async over(): Promise<void> {
    await Promise.all(this.running);
  }
}
