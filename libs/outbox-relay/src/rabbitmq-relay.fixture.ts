import { randomUUID } from 'node:crypto';
import { fromAmqpMessage, verifyAmqpMessage, type SigningKey, type WorkQueue } from '@eventfleet/contracts';
import { ensureQueues, RabbitmqPublisher } from '@eventfleet/rabbitmq';
import { eventually, uniquePrefix } from '@eventfleet/testing';
import amqplib from 'amqplib';
import { pino } from 'pino';
import { OutboxRelay } from './outbox-relay.js';
import { countBacklog } from './read-backlog.js';
import { readRelayStatus } from './relay-status.js';
import { RabbitmqTarget } from './rabbitmq-target.js';
import type { Published, RelayFixture } from './relay.fixture.js';

const QUEUE: WorkQueue = {
  name: 'accounts',
  exchange: 'account-events',
  routingKeys: ['account.*'],
  retryTiers: [],
  deadLetterQueue: 'accounts.dead-letter',
};

/** Relays to RabbitMQ beside those of a fixture, and what arrives in a queue. */
export class RabbitmqRelays {
  readonly #prefix = uniquePrefix('relay');
  readonly #relays: OutboxRelay[] = [];

  private constructor(
    private readonly fixture: RelayFixture,
    private readonly url: string,
  ) {}

  static async open(fixture: RelayFixture, url: string): Promise<RabbitmqRelays> {
    const relays = new RabbitmqRelays(fixture, url);
    await ensureQueues(relays.#settings(url), [QUEUE]);
    return relays;
  }

  /** @param url another address of the same server */
  start(url = this.url, signingKey?: SigningKey): OutboxRelay {
    const publisher = new RabbitmqPublisher({
      settings: this.#settings(url),
      name: 'test',
      exchanges: [QUEUE.exchange],
      queues: [QUEUE],
      timeoutMs: 2_000,
    });
    const catalogs = [{ aggregateType: 'account', topic: QUEUE.exchange }];
    const relay = new OutboxRelay({
      pool: this.fixture.pool,
      target: new RabbitmqTarget({ publisher, catalogs, signingKey }),
      logger: pino({ level: 'silent' }),
      holder: randomUUID(),
      leaseMs: 1_000,
      pageSize: 40,
    });
    this.#relays.push(relay);
    relay.start();
    return relay;
  }

  async drained(): Promise<void> {
    const { pool } = this.fixture;
    await eventually(
      async () =>
        (await readRelayStatus(pool)).some(({ relay }) => relay === 'rabbitmq') &&
        (await countBacklog(pool, 'rabbitmq')) === 0,
      { deadlineMs: 30_000, describe: 'the end of the backlog' },
    );
  }

  /**
   * Takes what is in the queue, in order.
   * @param signingKeys if they are given, one of them has to have signed each message
   */
  async published(signingKeys?: readonly SigningKey[]): Promise<Published[]> {
    const connection = await amqplib.connect(this.url);
    const channel = await connection.createChannel();
    const events: Published[] = [];
    for (;;) {
      const message = await channel.get(this.#prefix + QUEUE.name, { noAck: true });
      if (!message) break;
      const { messageId, headers = {} } = message.properties;
      const incoming = { content: message.content, messageId: String(messageId), headers };
      if (signingKeys) expect(verifyAmqpMessage(incoming, signingKeys)).toBe(true);
      events.push(fromAmqpMessage(incoming));
    }
    await connection.close();
    return events;
  }

  /** Before the fixture itself. */
  async close(): Promise<void> {
    await Promise.all(this.#relays.map((relay) => relay.stop()));
    const connection = await amqplib.connect(this.url);
    const channel = await connection.createChannel();
    for (const name of [QUEUE.name, QUEUE.deadLetterQueue]) await channel.deleteQueue(this.#prefix + name);
    await channel.deleteExchange(this.#prefix + QUEUE.exchange);
    await connection.close();
  }

  #settings(url: string) {
    return { url, prefix: this.#prefix };
  }
}
