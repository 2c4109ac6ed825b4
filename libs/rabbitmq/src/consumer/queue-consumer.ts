import type { RabbitmqSettings } from '@eventfleet/config';
import type { WorkQueue } from '@eventfleet/contracts';
import { finishesWithin, pollUntilStopped, withDeadline } from '@eventfleet/resilience';
import type { ConfirmChannel, Message } from 'amqplib';
import type { Logger } from 'pino';
import { openConnection, type RabbitmqConnection } from '../connection.js';
import { noAnswer, RabbitmqError } from '../rabbitmq.errors.js';
import { consumerActive, messagesHandled, messagesInFlight } from '../rabbitmq.metrics.js';
import { declareQueue, withPrefix } from '../topology.js';
import type { ConsumerHealth } from './consumer-health.js';
import { handleMessage } from './handle-message.js';
import type { QueueHandler } from './queue-message.js';
import { toQueueMessage } from './queue-message.js';
import { Settler } from './settle.js';

export interface QueueConsumerOptions {
  readonly settings: RabbitmqSettings;
  /** Shows in RabbitMQ's list of connections. */
  readonly name: string;
  readonly queue: WorkQueue;
  readonly handler: QueueHandler;
  readonly logger: Logger;
  /** Messages that are handled at the same time, and so what RabbitMQ hands out ahead of their acknowledgement. */
  readonly prefetch: number;
  /** How often a message may make its handler throw, the first time included. */
  readonly maxAttempts: number;
  /** How long a close waits for what is being handled. */
  readonly closeTimeoutMs: number;
}

const SETUP_MS = 10_000;
const CANCEL_MS = 1_000;
const SHORTEST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 3_000;

/**
 * The consumer of one queue, from `open` to `close`: it connects, makes what is missing and consumes, for ever anew
 * when the connection, the channel or the queue is gone. What was handled and could not be acknowledged is delivered
 * again.
 */
export class QueueConsumer {
  readonly #queue: string;
  readonly #closing = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  #health: ConsumerHealth;
  #connection: RabbitmqConnection | undefined;
  #cancel: () => Promise<unknown> = () => Promise.resolve();
  #failures = 0;
  #loop: ReturnType<typeof pollUntilStopped> | undefined;

  constructor(private readonly options: QueueConsumerOptions) {
    this.#queue = withPrefix(options.settings, options.queue.name);
    this.#health = { queue: this.#queue, state: 'connecting' };
  }

  open(): void {
    this.#loop = pollUntilStopped((signal) => this.#consumeUntilLost(signal), {
      onError: (error) => {
        this.#become('connecting', error);
        return this.#nextPause();
      },
    });
  }

  /**
   * Takes no more messages, lets those that are being handled finish, and gives the rest back. Comes back within the
   * time-out and a second, even when a handler or RabbitMQ does not answer.
   */
  async close(): Promise<void> {
    this.#closing.abort();
    const stopped = this.#loop?.stop() ?? Promise.resolve();
    const canceled = finishesWithin(this.#cancel(), CANCEL_MS).catch(() => undefined);
    const finished = finishesWithin(Promise.allSettled(this.#underWay), this.options.closeTimeoutMs);
    await Promise.all([canceled, finished]);
    await Promise.all([this.#connection?.close(), finishesWithin(stopped, CANCEL_MS)]);
    this.#become('closed');
  }

  health(): ConsumerHealth {
    return this.#health;
  }

  /** From one connection to its loss. */
  async #consumeUntilLost(signal: AbortSignal): Promise<{ pauseMs: number }> {
    let connection: RabbitmqConnection | undefined;
    try {
      connection = await openConnection(this.options.settings, this.options.name);
      const { ended } = await withDeadline(this.#consume(connection), SETUP_MS, noAnswer);
      this.#failures = 0;
      this.#connection = connection;
      if (!signal.aborted) {
        this.#become('consuming');
        this.#become('connecting', await Promise.race([connection.closed, ended]));
      }
    } catch (error) {
      this.#become('connecting', error);
    }
    if (signal.aborted) await connection?.close();
    else connection?.destroy();
    return this.#nextPause();
  }

  #nextPause(): { pauseMs: number } {
    return { pauseMs: Math.min(SHORTEST_RETRY_MS * 2 ** this.#failures++, LONGEST_RETRY_MS) };
  }

  /** `ended` resolves with the reason once the consumer is gone, though not the connection. */
  async #consume(connection: RabbitmqConnection): Promise<{ ended: Promise<Error> }> {
    const { settings, queue, prefetch } = this.options;
    await declareQueue(await connection.channel(), settings, queue);
    const channel = await connection.confirmChannel();
    const settler = new Settler(channel, settings, queue);
    const { promise: ended, resolve } = Promise.withResolvers<Error>();
    const end = (reason: string) => resolve(new RabbitmqError('connection-lost', reason));
    channel.on('close', () => end('the channel is gone'));
    await channel.prefetch(prefetch);
    const { consumerTag } = await channel.consume(this.#queue, (delivery) => {
      if (delivery === null) end('the queue is gone');
      else if (!this.#closing.signal.aborted) this.#take(delivery, channel, settler);
    });
    this.#cancel = () => channel.cancel(consumerTag);
    return { ended };
  }

  #take(delivery: Message, channel: ConfirmChannel, settler: Settler): void {
    const queue = this.#queue;
    const work = this.#handle(delivery, channel, settler);
    this.#underWay.add(work);
    messagesInFlight.inc({ queue });
    void work.finally(() => {
      this.#underWay.delete(work);
      messagesInFlight.dec({ queue });
    });
  }

  /** Never rejects. */
  async #handle(delivery: Message, channel: ConfirmChannel, settler: Settler): Promise<void> {
    const { handler, maxAttempts, logger } = this.options;
    const queue = this.#queue;
    const message = toQueueMessage(delivery);
    const disposition = await handleMessage(handler, message, maxAttempts, logger);
    try {
      await settler.settle(delivery, message, disposition);
      messagesHandled.inc({ queue, outcome: disposition.kind });
    } catch (error) {
      logger.warn(
        { err: error, queue, messageId: message.messageId },
        'a message cannot be acknowledged or moved now: RabbitMQ delivers it again',
      );
      // Otherwise the message would wait until the channel is closed.
      await channel.close().catch(() => undefined);
    }
  }

  #become(state: ConsumerHealth['state'], reason?: unknown): void {
    if (this.#health.state === 'closed') return;
    const { logger } = this.options;
    const queue = this.#queue;
    const problem = reason instanceof Error ? describe(reason) : undefined;
    const isNews = problem !== this.#health.problem && !this.#closing.signal.aborted;
    if (problem !== undefined && isNews)
      logger.warn({ err: reason, queue }, 'cannot consume; trying again: check the broker if this goes on');
    if (state === 'consuming' && this.#health.state !== 'consuming') logger.info({ queue }, 'consuming');
    this.#health = { queue, state, ...(problem === undefined ? {} : { problem }) };
    consumerActive.set({ queue }, state === 'consuming' ? 1 : 0);
  }
}

function describe(error: Error): string {
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
