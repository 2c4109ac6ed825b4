import type { Logger } from 'pino';
import type { PartitionOffset } from './group-member.js';
import { PartitionMap } from './partition-map.js';

const INTERVAL_MS = 500;

/**
 * Commits to Kafka the offsets that a group goes on from, at most twice a second. Only lag tools and autoscalers read
 * them, and a restarted consumer as a first guess: so a failed commit is given up, and the next one carries its offsets.
 */
export class OffsetCommitter {
  readonly #uncommitted = new PartitionMap<bigint>();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(
    private readonly commit: (offsets: PartitionOffset[]) => Promise<void>,
    private readonly logger: Logger,
  ) {}

  /** Records where a partition goes on; a later call replaces an earlier one. */
  note(topic: string, partition: number, next: bigint): void {
    this.#uncommitted.set(topic, partition, next);
    this.#timer ??= setTimeout(() => void this.flush(), INTERVAL_MS);
  }

  /** Commits what is noted. Never throws. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#running;
    this.#timer = undefined;
    const noted = this.#uncommitted.entries();
    if (noted.length === 0) return;
    this.#running = this.#commitNoted(noted);
    await this.#running;
  }

  /** Forgets the partitions that this consumer lost: committing them now would set back their new owner's offsets. */
  keepOnly(isAssigned: (topic: string, partition: number) => boolean): void {
    for (const { topic, partition } of this.#uncommitted.entries()) {
      if (!isAssigned(topic, partition)) this.#uncommitted.delete(topic, partition);
    }
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#uncommitted.clear();
  }

  async #commitNoted(noted: { topic: string; partition: number; value: bigint }[]): Promise<void> {
    try {
      await this.commit(
        noted.map(({ topic, partition, value }) => ({ topic, partition, offset: String(value) })),
      );
    } catch (error) {
      this.logger.debug({ err: error }, 'offsets not committed');
      return;
    }
    for (const { topic, partition, value } of noted) {
      if (this.#uncommitted.get(topic, partition) === value) this.#uncommitted.delete(topic, partition);
    }
  }
}
