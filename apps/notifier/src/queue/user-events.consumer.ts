import { ContractError, fromAmqpMessage, NOTIFIER_QUEUE, verifyAmqpMessage } from '@eventfleet/contracts';
import { isTransient } from '@eventfleet/resilience';
import { ack, deadLetter, retry, type MessageDisposition, type QueueMessage } from '@eventfleet/rabbitmq';
import { QueuePattern } from '@eventfleet/rabbitmq/nest';
import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { foreignEvents } from '../delivery/notifier.metrics.js';
import { UserEventHandler } from '../delivery/user-event.handler.js';
import type { NotifierConfig } from '../notifier.config.js';
import { NOTIFIER_CONFIG } from '../notifier-settings.module.js';

/** The notifier's own queue of user events. */
@Controller()
export class UserEventsConsumer {
  constructor(
    private readonly handler: UserEventHandler,
    @Inject(NOTIFIER_CONFIG) private readonly config: Pick<NotifierConfig, 'signingKeys'>,
  ) {}

  /**
   * A message that is not signed, where there are keys, or that nobody can make sense of, is a dead letter at once. What
   * fails otherwise the queue tries again.
   */
  @QueuePattern({ queue: NOTIFIER_QUEUE })
  async consume(@Payload() message: QueueMessage): Promise<MessageDisposition> {
    if (!this.isAuthentic(message)) {
      foreignEvents.inc();
      return deadLetter('foreign-event', 'no key has signed the message');
    }
    try {
      const delivered = await this.handler.handle(fromAmqpMessage(message));
      return delivered === 'done' ? ack : retry();
    } catch (error) {
      // Without the key that this process lacks, the next message would fail as well.
      if (error instanceof ContractError && !isTransient(error)) return deadLetter(error.code, error.message);
      throw error;
    }
  }

  private isAuthentic(message: QueueMessage): boolean {
    const { signingKeys } = this.config;
    return signingKeys.length === 0 || verifyAmqpMessage(message, signingKeys);
  }
}
