/** Attempts under way, each bounded in time; a stop can bound all of them further. */
export class Attempts {
  private readonly underWay = new Set<AbortController>();
  private ended = false;

  /** Whether `endAll` was called: nothing is to begin any more. */
  get haveEnded(): boolean {
    return this.ended;
  }

  /** @param work is to end soon after its signal aborts: after so many milliseconds, or by `endAll` */
  async run<T>(timeoutMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), timeoutMs);
    this.underWay.add(controller);
    try {
      return await work(controller.signal);
    } finally {
      clearTimeout(timer);
      this.underWay.delete(controller);
    }
  }

  endAll(): void {
    this.ended = true;
    for (const controller of this.underWay) controller.abort();
  }
}
