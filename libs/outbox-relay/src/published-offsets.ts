import { createGroupOffsets, type Kafka } from '@eventfleet/kafka';
import type { Logger } from 'pino';

/** The relay as a consumer group: its offsets say how far it has published. Takes and gives full names. */
export function relayGroup(topicPrefix: string): string {
  return `${topicPrefix}command-api.relay`;
}

const SHORTEST_INTERVAL_MS = 20;

/**
 * Keeps in Kafka itself up to where the relay has published: a store that goes back in time takes its checkpoint with it,
 * and not this one. One commit at a time, with a short pause behind it, the newest offsets each; a failed one is given up.
 */
export class PublishedOffsets {
  private readonly group: ReturnType<typeof createGroupOffsets>;
  private newest: ReadonlyMap<string, readonly bigint[]> | undefined;
  private running: Promise<void> | undefined;

  constructor(
    kafka: Kafka,
    topicPrefix: string,
    private readonly logger: Logger,
  ) {
    this.group = createGroupOffsets(kafka, relayGroup(topicPrefix));
  }

  /** @param offsets by topic: the offset that the next record of each partition gets */
  note(offsets: ReadonlyMap<string, readonly bigint[]>): void {
    this.newest = offsets;
    this.running ??= this.commit();
  }

  async close(): Promise<void> {
    await this.running;
    await this.group.close();
  }

  private async commit(): Promise<void> {
    while (this.newest) {
      const offsets = this.newest;
      this.newest = undefined;
      try {
        await this.group.save(offsets);
      } catch (error) {
        this.logger.debug({ err: error }, 'published offsets not committed');
      }
      await new Promise((resolve) => setTimeout(resolve, SHORTEST_INTERVAL_MS));
    }
    this.running = undefined;
  }
}
