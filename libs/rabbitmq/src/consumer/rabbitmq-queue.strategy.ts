import type { RabbitmqSettings } from '@eventfleet/config';
import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import type { Logger } from 'pino';
import { isObservable, lastValueFrom } from 'rxjs';
import { RabbitmqError } from '../rabbitmq.errors.js';
import { tracedHandler } from '../tracing/traced-handler.js';
import type { ConsumerHealth } from './consumer-health.js';
import type { MessageDisposition } from './message-disposition.js';
import { QueueConsumer } from './queue-consumer.js';
import type { QueueHandler } from './queue-message.js';
import { type QueueSubscription, RABBITMQ_QUEUE_TRANSPORT } from './queue-pattern.decorator.js';

export interface RabbitmqQueueStrategyOptions {
  readonly settings: RabbitmqSettings;
  /** Shows in RabbitMQ's list of connections. */
  readonly name: string;
  readonly logger: Logger;
  readonly prefetch?: number;
  readonly maxAttempts?: number;
  readonly closeTimeoutMs?: number;
}

const PREFETCH = 16;
const MAX_ATTEMPTS = 5;
const CLOSE_TIMEOUT_MS = 8_000;

/**
 * Nest's edge to RabbitMQ: every method marked with `QueuePattern` gets its queue's messages, up to `prefetch` at the
 * same time, and answers a `MessageDisposition`; each is acknowledged only after that. It differs from Nest's own
 * RabbitMQ transport in that a message is never lost or dropped silently: one that fails waits in RabbitMQ for its retry, and goes to the
 * dead letters at last; in that it waits out every outage and makes its queues anew; and in that a close lets what is
 * being handled finish. Delivery is at least once: a handler recognises a repeat by `messageId`.
 */
export class RabbitmqQueueStrategy extends Server implements CustomTransportStrategy {
  override readonly transportId = RABBITMQ_QUEUE_TRANSPORT;
  #consumers: readonly QueueConsumer[] = [];

  constructor(private readonly options: RabbitmqQueueStrategyOptions) {
    super();
  }

  /** Comes back at once; the consumers connect on their own, as soon as RabbitMQ is there. */
  listen(callback: () => void): void {
    const { settings, name, logger } = this.options;
    this.#consumers = [...this.messageHandlers.values()].map((handler) => {
      const { queue } = handler.extras as QueueSubscription & Record<string, unknown>;
      if (handler.next) throw new RabbitmqError('duplicate-consumer', `${queue.name} has two handlers`);
      return new QueueConsumer({
        settings,
        name,
        queue,
        handler: tracedHandler(toQueueHandler(handler), queue.name),
        logger,
        prefetch: this.options.prefetch ?? PREFETCH,
        maxAttempts: this.options.maxAttempts ?? MAX_ATTEMPTS,
        closeTimeoutMs: this.options.closeTimeoutMs ?? CLOSE_TIMEOUT_MS,
      });
    });
    for (const consumer of this.#consumers) consumer.open();
    callback();
  }

  /** Within ten seconds, RabbitMQ or no RabbitMQ. */
  async close(): Promise<void> {
    await Promise.all(this.#consumers.map((consumer) => consumer.close()));
  }

  /** One entry a queue. */
  health(): ConsumerHealth[] {
    return this.#consumers.map((consumer) => consumer.health());
  }

  /** @throws Error naming each queue that is not consumed, and why */
  assertReady(): void {
    const reasons = this.health()
      .filter(({ state }) => state !== 'consuming')
      .map(({ queue, state, problem }) => `${queue}: ${problem ?? state}`);
    if (reasons.length > 0) throw new Error(reasons.join('; '));
  }

  on(): never {
    throw new Error('the consumers have no events; ask health()');
  }

  unwrap(): never {
    throw new Error('the RabbitMQ connections are not for use from outside');
  }
}

function toQueueHandler(handler: MessageHandler): QueueHandler {
  return async (message) => {
    const result: unknown = await handler(message);
    return (isObservable(result) ? await lastValueFrom(result) : result) as MessageDisposition;
  };
}
