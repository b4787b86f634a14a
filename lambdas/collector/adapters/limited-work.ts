/** Starts pieces of work in order, at most `limit` of them at the same time. */
export class LimitedWork<Result> {
  private readonly begun: Promise<Result>[] = [];
  private readonly running = new Set<Promise<unknown>>();
  private failure: { readonly error: unknown } | undefined;

  constructor(private readonly limit: number) {}

  /**
   * Starts a piece of work as soon as there is room for it.
   * @throws the error of an earlier piece; `work` is then not started
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

  /** Results in the order in which the work was started. @throws the error of the first piece that failed */
  async results(): Promise<Result[]> {
    await this.over();
    if (this.failure !== undefined) throw this.failure.error;
    return Promise.all(this.begun);
  }

  /** Waits until no work is running, even if some of it failed. */
  async over(): Promise<void> {
    await Promise.all(this.running);
  }
}
