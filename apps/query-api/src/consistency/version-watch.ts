import { setTimeout as delay } from 'node:timers/promises';
import type { AggregateVersion } from '@eventfleet/contracts';
import type { AppliedVersion } from '@eventfleet/read-models/queries';

interface Waiter extends AggregateVersion {
  readonly since: number;
  readonly deadline: number;
  abandoned(this: void): boolean;
  resolve(reached: boolean): void;
  reject(error: unknown): void;
}

export type LoadVersions = (aggregateIds: readonly string[]) => Promise<ReadonlyMap<string, AppliedVersion>>;

const MIN_PAUSE_MS = 2;
const MAX_PAUSE_MS = 50;

/**
 * Waits until a projection has applied versions. All who wait share one loop and one query a turn, and nothing
 * runs while nobody waits. The pause grows with the age of the youngest waiter, from 2 ms to 50 ms.
 */
export class VersionWatch {
  private readonly waiters = new Set<Waiter>();
  private running = false;
  private stopped = false;

  constructor(private readonly load: LoadVersions) {}

  get size(): number {
    return this.waiters.size;
  }

  /**
   * True once the version is applied or parked. False when the deadline (epoch milliseconds) has passed, the waiter was
   * abandoned or the watch stopped.
   * @throws what `load` throws
   */
  until(wanted: AggregateVersion, deadline: number, abandoned: () => boolean): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.waiters.add({ ...wanted, since: Date.now(), deadline, abandoned, resolve, reject });
      if (!this.running) void this.run();
    });
  }

  /** Lets everyone who waits go, and nobody wait any more. */
  stop(): void {
    this.stopped = true;
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.waiters.size > 0) {
      await delay(this.pauseMs());
      await this.turn();
    }
    this.running = false;
  }

  private async turn(): Promise<void> {
    const present = [...this.waiters];
    try {
      const versions = await this.load([...new Set(present.map(({ aggregateId }) => aggregateId))]);
      for (const waiter of present) {
        const applied = versions.get(waiter.aggregateId);
        const reached = applied !== undefined && (applied.isParked || applied.version >= waiter.version);
        if (reached || this.isOver(waiter)) this.release(waiter, () => waiter.resolve(reached));
      }
    } catch (error) {
      for (const waiter of present) this.release(waiter, () => waiter.reject(error));
    }
  }

  private isOver({ deadline, abandoned }: Waiter): boolean {
    return this.stopped || Date.now() >= deadline || abandoned();
  }

  private release(waiter: Waiter, how: () => void): void {
    this.waiters.delete(waiter);
    how();
  }

  private pauseMs(): number {
    const now = Date.now();
    let pause = MAX_PAUSE_MS;
    for (const { since, deadline } of this.waiters) pause = Math.min(pause, now - since, deadline - now);
    return Math.max(pause, MIN_PAUSE_MS);
  }
}
