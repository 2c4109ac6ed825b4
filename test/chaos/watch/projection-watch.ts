import { setTimeout as delay } from 'node:timers/promises';
import type { Kafka } from '@eventfleet/kafka';
import { PauseMeter } from './pause-meter.ts';
import { readProjectionState } from './projection-state.ts';

const EVERY_MS = 500;

/** Measures how long projections stand still in a partition that has more for them. */
export class ProjectionWatch {
  readonly meter = new PauseMeter();
  readonly #last = new Map<string, bigint>();
  readonly #watching: Promise<void>;
  #isRunning = true;

  constructor(readStoreUrl: string, kafka: Kafka) {
    this.#watching = this.#watch(readStoreUrl, kafka);
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    await this.#watching;
  }

  async #watch(readStoreUrl: string, kafka: Kafka): Promise<void> {
    const started = performance.now();
    while (this.#isRunning) {
      // While a server is down there is nothing to see: the pause shows when it is up again.
      const partitions = await readProjectionState(readStoreUrl, kafka).catch(() => []);
      const now = performance.now() - started;
      for (const { name, next, end } of partitions) {
        if (next !== (this.#last.get(name) ?? 0n)) this.meter.progressed(name, now);
        else if (next < end) this.meter.waits(name, now);
        else this.meter.idles(name, now);
        this.#last.set(name, next);
      }
      await delay(EVERY_MS);
    }
  }
}
