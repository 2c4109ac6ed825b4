import type { RabbitmqSettings } from '@eventfleet/config';
import type { WorkQueue } from '@eventfleet/contracts';
import type { ConfirmChannel } from 'amqplib';
import { withBatch } from '@eventfleet/observability';
import { withDeadline } from '@eventfleet/resilience';
import { openConnection, type RabbitmqConnection } from './connection.js';
import { publishConfirmed, type OutgoingMessage } from './outgoing-message.js';
import { noAnswer, RabbitmqError } from './rabbitmq.errors.js';
import { messagesReturned } from './rabbitmq.metrics.js';
import { declareExchange, declareQueue, withPrefix } from './topology.js';
import { describeSend } from './tracing/describe-send.js';

export interface RabbitmqPublisherOptions {
  readonly settings: RabbitmqSettings;
  /** Shows in RabbitMQ's list of connections. */
  readonly name: string;
  /** Topic exchanges and queues, without prefix, made where they are missing before anything is published. */
  readonly exchanges: readonly string[];
  readonly queues: readonly WorkQueue[];
  /** Deadline of one `publish`, connecting included. */
  readonly timeoutMs?: number;
}

interface Opened {
  readonly connection: RabbitmqConnection;
  readonly channel: ConfirmChannel;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/** Publishes to exchanges, on a connection that is made when it is needed and given up at the first failure. */
export class RabbitmqPublisher {
  readonly #timeoutMs: number;
  #opening: Promise<Opened> | undefined;
  #opened: Opened | undefined;

  constructor(private readonly options: RabbitmqPublisherOptions) {
    this.#timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  }

  get isConnected(): boolean {
    return this.#opened?.connection.isOpen ?? false;
  }

  /** Connects ahead of the first `publish`, and makes what is missing. @throws RabbitmqError */
  async connect(): Promise<void> {
    await this.#attempt(() => this.#open());
  }

  /**
   * Publishes to an exchange, named without prefix, in order, and settles once RabbitMQ has everything durably, in every
   * queue that is bound for it. What no queue is bound for is counted, and done.
   * @throws RabbitmqError after any failure or the deadline. What was written is then unknown, and the connection is
   *   given up, so that nothing comes from it any more that this process has not yet sent.
   */
  async publish(exchange: string, messages: readonly OutgoingMessage[]): Promise<void> {
    if (messages.length === 0) return;
    await withBatch(messages, describeSend(exchange, messages.length), () =>
      this.#attempt(async () => {
        const { channel } = await this.#open();
        await publishConfirmed(channel, withPrefix(this.options.settings, exchange), messages);
      }),
    );
  }

  async close(): Promise<void> {
    const opened = this.#opened;
    this.#giveUp();
    await opened?.connection.close();
  }

  async #attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await withDeadline(work(), this.#timeoutMs, noAnswer);
    } catch (error) {
      this.#opened?.connection.destroy();
      this.#giveUp();
      throw error instanceof RabbitmqError
        ? error
        : new RabbitmqError('connection-lost', 'cannot connect to RabbitMQ', { cause: error });
    }
  }

  async #open(): Promise<Opened> {
    if (this.#opened?.connection.isOpen) return this.#opened;
    const opening = (this.#opening ??= this.#connect());
    const opened = await opening;
    // The deadline may have passed meanwhile: what the caller took for lost must not be sent after all.
    if (opening !== this.#opening) {
      opened.connection.destroy();
      throw new RabbitmqError('connection-lost', 'the connection was given up');
    }
    this.#opening = undefined;
    this.#opened = opened;
    return opened;
  }

  async #connect(): Promise<Opened> {
    const { settings, name, exchanges, queues } = this.options;
    const connection = await openConnection(settings, name);
    try {
      const channel = await connection.confirmChannel();
      for (const exchange of exchanges) await declareExchange(channel, settings, exchange);
      for (const queue of queues) await declareQueue(channel, settings, queue);
      channel.on('return', ({ fields }) => messagesReturned.inc({ exchange: fields.exchange }));
      return { connection, channel };
    } catch (error) {
      connection.destroy();
      throw error;
    }
  }

  #giveUp(): void {
    this.#opening = undefined;
    this.#opened = undefined;
  }
}
