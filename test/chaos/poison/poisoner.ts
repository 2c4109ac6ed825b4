import { setTimeout as delay } from 'node:timers/promises';
import { userEvents } from '@eventfleet/contracts';
import { createPublisher, partitionOf, type Kafka } from '@eventfleet/kafka';
import { create, update } from '../load/choose-command.ts';
import type { Load } from '../load/load.ts';
import type { Random } from '../random.ts';

/** The fleet's default. */
const PARTITIONS = 12;
const LATER_UPDATES = 3;
const AGAIN_AFTER_MS = 1_000;
/** As a producer would write that knows the key, and nothing else of the fleet. */
const NOISE = { value: '\u0000\u0001 no event', headers: { ce_specversion: '1.0', ce_type: 'user.created' } };

export interface PoisonerOptions {
  readonly load: Load;
  readonly random: Random;
  readonly kafka: Kafka;
  readonly signal: AbortSignal;
}

/** A rogue producer on `user-events`. Each of its records has a user of its own, who is then changed some more. */
export class Poisoner {
  /** The users under whose keys it wrote. */
  readonly userIds: string[] = [];
  readonly #options: PoisonerOptions;

  constructor(options: PoisonerOptions) {
    this.#options = options;
  }

  async poison(): Promise<void> {
    const { load, random, signal } = this.#options;
    const userId = random.uuid();
    const number = this.userIds.push(userId);
    await load.insist(
      create(random.uuid(), userId, `Poisoned ${number}`, `poisoned-${number}@chaos.example`),
      signal,
    );
    await this.#write(userId);
    for (let change = 1; change <= LATER_UPDATES; change++) {
      await load.insist(update(random.uuid(), userId, { name: `Poisoned ${number} ${change}` }), signal);
    }
  }

  /** At least once: after a failure it is not known whether the record was written. */
  async #write(userId: string): Promise<void> {
    const { kafka, signal } = this.#options;
    const partition = partitionOf(userId, PARTITIONS);
    const publisher = createPublisher(kafka);
    try {
      while (!signal.aborted) {
        try {
          await publisher.publish(userEvents.topic, [{ partition, key: userId, ...NOISE }]);
          return;
        } catch {
          await delay(AGAIN_AFTER_MS);
        }
      }
    } finally {
      await publisher.disconnect();
    }
  }
}
