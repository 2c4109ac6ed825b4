/** Who waits, for what, and for how long. */
export interface Wait {
  readonly client: string;
  readonly aggregateId: string;
  readonly waitMs: number;
}

export interface WaitLimits {
  readonly all: number;
  /** For one aggregate. */
  readonly perAggregate: number;
  /** A wait beyond this is long. */
  readonly longMs: number;
  readonly long: number;
  readonly longPerClient: number;
}

const LIMITS: WaitLimits = { all: 1_000, perAggregate: 100, longMs: 2_000, long: 700, longPerClient: 300 };

/**
 * How many requests may wait for their commands at a time. Long waits take a part of the places only, and those of one
 * client a part of that: so there is room for short ones, whatever others ask for.
 */
export class WaitSlots {
  private readonly perAggregate = new Counts();
  private readonly longPerClient = new Counts();
  private all = 0;
  private long = 0;

  constructor(private readonly limits: WaitLimits = LIMITS) {}

  /** @returns gives the place back, to be called once; undefined if there is none */
  take({ client, aggregateId, waitMs }: Wait): (() => void) | undefined {
    const { limits } = this;
    const isLong = waitMs > limits.longMs;
    if (this.all >= limits.all || this.perAggregate.of(aggregateId) >= limits.perAggregate) return undefined;
    if (isLong && (this.long >= limits.long || this.longPerClient.of(client) >= limits.longPerClient))
      return undefined;
    const count = (by: 1 | -1) => {
      this.all += by;
      this.perAggregate.add(aggregateId, by);
      if (!isLong) return;
      this.long += by;
      this.longPerClient.add(client, by);
    };
    count(1);
    return () => count(-1);
  }
}

class Counts {
  private readonly counts = new Map<string, number>();

  of(key: string): number {
    return this.counts.get(key) ?? 0;
  }

  add(key: string, by: number): void {
    const count = this.of(key) + by;
    if (count === 0) this.counts.delete(key);
    else this.counts.set(key, count);
  }
}
