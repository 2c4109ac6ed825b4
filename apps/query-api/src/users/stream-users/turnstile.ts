/** Lets a bounded number of works be under way; the others wait in the order of their arrival. */
export class Turnstile {
  private readonly waiting: (() => void)[] = [];
  private free: number;

  constructor(max: number) {
    this.free = max;
  }

  /** The work's result, once it had its turn. */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.free++;
    }
  }
}
