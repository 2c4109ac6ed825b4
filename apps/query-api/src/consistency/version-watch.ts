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
/** The pause between two turns, as a share of the time that the youngest has waited: nobody waits for much longer. */
const PAUSE_PER_AGE = 0.25;

/**
 * Waits until a projection has applied versions. All who wait share one query a turn, and nothing runs while nobody
 * waits. The pause grows with the age of the youngest waiter, from 2 ms to 50 ms, and whoever joins shortens it.
 */
export class VersionWatch {
  private readonly waiters = new Set<Waiter>();
  private timer: NodeJS.Timeout | undefined;
  private nextTurnAt = Number.POSITIVE_INFINITY;
  private isTurning = false;
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
      this.plan();
    });
  }

  /** Lets everyone who waits go, and nobody wait any more. */
  stop(): void {
    this.stopped = true;
  }

  /** Sets the next turn, or brings it forward. */
  private plan(): void {
    if (this.isTurning || this.waiters.size === 0) return;
    const pause = this.pauseMs();
    if (Date.now() + pause >= this.nextTurnAt) return;
    this.nextTurnAt = Date.now() + pause;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.run(), pause);
  }

  private async run(): Promise<void> {
    this.nextTurnAt = Number.POSITIVE_INFINITY;
    this.isTurning = true;
    await this.turn();
    this.isTurning = false;
    this.plan();
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
    for (const { since, deadline } of this.waiters)
      pause = Math.min(pause, (now - since) * PAUSE_PER_AGE, deadline - now);
    return Math.max(pause, MIN_PAUSE_MS);
  }
}
