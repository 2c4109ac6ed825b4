import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { TopicIdentity } from '../topic-identity.js';
import type { BatchHandler } from './message-batch.js';

export interface StartOffsetsOptions {
  readonly handlers: ReadonlyMap<string, BatchHandler>;
  readonly identities: ReadonlyMap<string, TopicIdentity>;
  readonly closing: AbortSignal;
  readonly logger: Logger;
  /** Where the consumer goes on in a partition, as far as it knows. */
  readonly positionOf: (topic: string, partition: number) => bigint | undefined;
  /** Called with where a handler wants to go on, and where the consumer was when it was asked. */
  readonly begin: (topic: string, partition: number, next: bigint, askedAt: bigint | undefined) => void;
}

interface Place {
  readonly topic: string;
  readonly partition: number;
}

/** No offset of a record: it stands for the group's own one. */
const GROUP_OFFSET = -1n;
const ASK_AGAIN_MS = 1_000;

/**
 * Asks the handlers where to go on in the partitions that this consumer was given. What is read meanwhile is right, or
 * is sent elsewhere: the handler decides that on each batch anyway. But without being asked it would not be heard in a
 * partition in which nothing new arrives.
 */
export class StartOffsets {
  #assigned: readonly Place[] = [];
  #isAskingAgain = false;

  constructor(private readonly options: StartOffsetsOptions) {}

  /** Asks until they answer. Forgets the partitions of the earlier assignment. */
  async ask(assignment: Readonly<Record<string, readonly number[]>>): Promise<void> {
    const assigned = Object.entries(assignment).flatMap(([topic, numbers]) =>
      numbers.map((partition) => ({ topic, partition })),
    );
    this.#assigned = assigned;
    await Promise.all(assigned.map((place) => this.#askUntilKnown(place, assigned)));
  }

  /**
   * Asks once, one after the other, and goes back where a handler has lost what it was given: a store that crashed
   * before its last commits were on disk, or was restored or made anew, does not say so. Never throws.
   */
  async askAgain(): Promise<void> {
    if (this.#isAskingAgain) return;
    this.#isAskingAgain = true;
    const assigned = this.#assigned;
    try {
      for (const place of assigned) {
        if (!this.#isCurrent(assigned)) return;
        await this.#goBack(place, assigned);
      }
    } catch (error) {
      this.options.logger.warn(
        { err: error },
        'checkpoints cannot be read from the store; trying again: check the store if this goes on',
      );
    } finally {
      this.#isAskingAgain = false;
    }
  }

  async #goBack({ topic, partition }: Place, assigned: readonly Place[]): Promise<void> {
    const { positionOf, begin, logger } = this.options;
    const askedAt = positionOf(topic, partition);
    if (askedAt === undefined) return;
    const next = await this.#ask(topic, partition);
    if (next === undefined || next >= askedAt || !this.#isCurrent(assigned)) return;
    const offsets = { next: String(next), position: String(askedAt) };
    logger.warn(
      { topic, partition, ...offsets },
      'the checkpoint in the store went back, so records are read again: was the store restored?',
    );
    begin(topic, partition, next, askedAt);
  }

  async #askUntilKnown({ topic, partition }: Place, assigned: readonly Place[]): Promise<void> {
    const { closing, logger, positionOf, begin } = this.options;
    while (this.#isCurrent(assigned)) {
      try {
        const askedAt = positionOf(topic, partition);
        const next = await this.#ask(topic, partition);
        if (next !== undefined && this.#isCurrent(assigned)) begin(topic, partition, next, askedAt);
        return;
      } catch (error) {
        logger.warn(
          { err: error, topic, partition },
          'the checkpoint cannot be read from the store, and its partition waits; trying again: check the store if this goes on',
        );
        await delay(ASK_AGAIN_MS, undefined, { signal: closing }).catch(() => undefined);
      }
    }
  }

  #isCurrent(assigned: readonly Place[]): boolean {
    return assigned === this.#assigned && !this.options.closing.aborted;
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
