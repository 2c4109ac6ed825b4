import { setTimeout as delay } from 'node:timers/promises';
import { toCloudEvent, userEvents } from '@eventfleet/contracts';
import { EventStore } from '@eventfleet/event-store';
import { createPublisher, partitionOf, type Kafka, type OutgoingRecord } from '@eventfleet/kafka';
import { createPool } from '@eventfleet/postgres';
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
  /** Past all faults. */
  readonly eventStoreUrl: string;
  readonly signal: AbortSignal;
}

/**
 * A rogue producer on `user-events`, and a broken one. Each writes one record under the key of a new user, who is then
 * changed some more: the first one's is no event, and is to stop nobody; the other one's is an event of the store that
 * has lost its data, and is to stop that user.
 */
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
    await this.#write({ key: userId, ...NOISE });
    await this.#write(await this.#firstEventWithoutData(userId));
    for (let change = 1; change <= LATER_UPDATES; change++) {
      await load.insist(update(random.uuid(), userId, { name: `Poisoned ${number} ${change}` }), signal);
    }
  }

  async #firstEventWithoutData(userId: string): Promise<Omit<OutgoingRecord, 'partition'>> {
    await using scope = new AsyncDisposableStack();
    const eventStore = new EventStore(
      createPool({ url: this.#options.eventStoreUrl, applicationName: 'chaos-poison', max: 1 }),
    );
    scope.defer(() => eventStore.close());
    for (;;) {
      try {
        const { aggregateType } = userEvents;
        const [event] = await eventStore.readStream({ aggregateType, aggregateId: userId }, { toVersion: 1 });
        if (event) return { ...toCloudEvent(event), value: null };
      } catch (error) {
        if (this.#options.signal.aborted) throw error;
      }
      await delay(AGAIN_AFTER_MS);
    }
  }

  /** At least once: after a failure it is not known whether the record was written. */
  async #write(record: Omit<OutgoingRecord, 'partition'>): Promise<void> {
    const { kafka, signal } = this.#options;
    const partition = partitionOf(String(record.key), PARTITIONS);
    const publisher = createPublisher(kafka);
    try {
      while (!signal.aborted) {
        try {
          await publisher.publish(userEvents.topic, [{ partition, ...record }]);
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
