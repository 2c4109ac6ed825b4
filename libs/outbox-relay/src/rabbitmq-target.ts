import { toAmqpMessage, type EventCatalog, type SigningKey } from '@eventfleet/contracts';
import type { TailEvent, TailPosition } from '@eventfleet/event-store';
import { RabbitmqError, type OutgoingMessage, type RabbitmqPublisher } from '@eventfleet/rabbitmq';
import type { Recovery, RelayTarget } from './relay-target.js';
import { RelayRefused } from './relay.errors.js';
import { sendInOrder } from './send-in-order.js';
import { splitIntoRounds } from './split-into-rounds.js';

export interface RabbitmqTargetOptions {
  /** Its exchanges are those of the catalogs: an exchange is named as the topic. The target closes it. */
  readonly publisher: RabbitmqPublisher;
  readonly catalogs: readonly Pick<EventCatalog, 'aggregateType' | 'topic'>[];
  /** Signs each message, if it is given. */
  readonly signingKey?: SigningKey | undefined;
}

/**
 * RabbitMQ as the relay's target: one topic exchange an aggregate type. Each event is confirmed by every queue that is
 * bound for it before the next one of its aggregate is sent. There is no log that could be read, so after a crash or an
 * unknown outcome everything behind the checkpoint is sent again, in order. Subscribers recognise a repeat by its message
 * id.
 */
export class RabbitmqTarget implements RelayTarget {
  readonly name = 'rabbitmq';
  private readonly exchangeOf: ReadonlyMap<string, string>;

  constructor(private readonly options: RabbitmqTargetOptions) {
    this.exchangeOf = new Map(options.catalogs.map(({ aggregateType, topic }) => [aggregateType, topic]));
  }

  async recover(_saved: unknown, published: TailPosition): Promise<Recovery> {
    await this.options.publisher.connect();
    return { resumeAt: published, isPublished: () => false };
  }

  async publish(events: readonly TailEvent[]): Promise<void> {
    await sendInOrder(splitIntoRounds(events), async (round) => {
      for (const [exchange, messages] of this.messagesByExchange(round)) {
        await this.options.publisher.publish(exchange, messages);
      }
    });
  }

  /** So a broken connection is opened again, and its queues declared, before there is something to publish. */
  verify(): Promise<void> {
    return this.options.publisher.isConnected
      ? Promise.resolve()
      : Promise.reject(new RabbitmqError('connection-lost', 'the connection to RabbitMQ is closed'));
  }

  state(): unknown {
    return {};
  }

  async close(): Promise<void> {
    await this.options.publisher.close();
  }

  private messagesByExchange(events: readonly TailEvent[]): Map<string, OutgoingMessage[]> {
    const messages = new Map<string, OutgoingMessage[]>();
    for (const { event } of events) {
      const exchange = this.exchangeOf.get(event.aggregateType);
      if (exchange === undefined)
        throw new RelayRefused(
          this.name,
          `no exchange is known for events of the aggregate type ${event.aggregateType}`,
        );
      const message = toAmqpMessage(event, this.options.signingKey);
      const outgoing = { ...message, content: Buffer.from(message.content) };
      const list = messages.get(exchange);
      if (list) list.push(outgoing);
      else messages.set(exchange, [outgoing]);
    }
    return messages;
  }
}
