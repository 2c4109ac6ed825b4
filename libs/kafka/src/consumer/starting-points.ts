import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { TopicIdentity } from '../topic-identity.js';
import type { BatchHandler } from './message-batch.js';

export interface StartingPointsOptions {
  readonly handlers: ReadonlyMap<string, BatchHandler>;
  readonly identities: ReadonlyMap<string, TopicIdentity>;
  readonly closing: AbortSignal;
  readonly logger: Logger;
  /** Called with where a handler wants to begin, while the partition is still this consumer's. */
  readonly begin: (topic: string, partition: number, next: bigint) => void;
}

/** No offset of a record: it stands for the group's own one. */
const GROUP_OFFSET = -1n;
const ASK_AGAIN_MS = 1_000;

/**
 * Asks the handlers where to begin in the partitions that this consumer was given, until they answer. What is read
 * from the group's offset meanwhile is right, or is sent elsewhere: the handler decides that on each batch anyway. But
 * without being asked it would not be heard in a partition in which nothing new arrives.
 */
export class StartingPoints {
  #assignments = 0;

  constructor(private readonly options: StartingPointsOptions) {}

  /** Forgets the partitions of the earlier assignment. */
  async ask(assignment: Readonly<Record<string, readonly number[]>>): Promise<void> {
    const current = ++this.#assignments;
    const isCurrent = () => current === this.#assignments && !this.options.closing.aborted;
    const partitions = Object.entries(assignment).flatMap(([topic, numbers]) =>
      numbers.map((partition) => this.#askUntilKnown(topic, partition, isCurrent)),
    );
    await Promise.all(partitions);
  }

  async #askUntilKnown(topic: string, partition: number, isCurrent: () => boolean): Promise<void> {
    const { closing, logger, begin } = this.options;
    while (isCurrent()) {
      try {
        const next = await this.#ask(topic, partition);
        if (next !== undefined && isCurrent()) begin(topic, partition, next);
        return;
      } catch (error) {
        logger.warn({ err: error, topic, partition }, 'cannot tell yet where to begin');
        await delay(ASK_AGAIN_MS, undefined, { signal: closing }).catch(() => undefined);
      }
    }
  }

  async #ask(topic: string, partition: number): Promise<bigint | undefined> {
    const handler = this.options.handlers.get(topic);
    const identity = this.options.identities.get(topic);
    if (!handler || !identity) return undefined;
    const { next } = await handler({
      topic,
      partition,
      identity,
      messages: [],
      firstOffset: GROUP_OFFSET,
      lastOffset: GROUP_OFFSET - 1n,
      highWatermark: 0n,
    });
    return next === GROUP_OFFSET ? undefined : next;
  }
}
