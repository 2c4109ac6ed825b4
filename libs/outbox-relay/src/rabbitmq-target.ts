import { toAmqpMessage, type EventCatalog } from '@eventfleet/contracts';
import type { TailEvent, TailPosition } from '@eventfleet/event-store';
import { RabbitmqError, type OutgoingMessage, type RabbitmqPublisher } from '@eventfleet/rabbitmq';
import type { Recovery, RelayTarget } from './relay-target.js';
import { RelayRefused } from './relay.errors.js';
import { sendInTurn } from './send-in-turn.js';
import { splitIntoRounds } from './split-into-rounds.js';

export interface RabbitmqTargetOptions {
  /** Its exchanges are those of the catalogs: an exchange is named as the topic. The target closes it. */
  readonly publisher: RabbitmqPublisher;
  readonly catalogs: readonly Pick<EventCatalog, 'aggregateType' | 'topic'>[];
}

/**
 * RabbitMQ as the relay's target: one topic exchange an aggregate type, each event confirmed by every queue that is bound
 * for it before the next one of its aggregate is sent. There is no log that could be read: after a crash or an unknown
 * outcome everything behind the checkpoint is sent again, in order, so that an event first appears before those after it;
 * subscribers recognise the repeat by its message id.
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
    await sendInTurn(splitIntoRounds(events), async (wave) => {
      for (const [exchange, messages] of this.messagesByExchange(wave)) {
        await this.options.publisher.publish(exchange, messages);
      }
    });
  }

  /** A connection that broke is made anew before there is something to publish, and its queues too. */
  verify(): Promise<void> {
    return this.options.publisher.isConnected
      ? Promise.resolve()
      : Promise.reject(new RabbitmqError('connection-lost', 'the connection is gone'));
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
      const message = toAmqpMessage(event);
      const outgoing = { ...message, content: Buffer.from(message.content) };
      const list = messages.get(exchange);
      if (list) list.push(outgoing);
      else messages.set(exchange, [outgoing]);
    }
    return messages;
  }
}
