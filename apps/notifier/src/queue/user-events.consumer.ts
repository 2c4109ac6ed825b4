import { ContractError, fromAmqpMessage, NOTIFIER_QUEUE } from '@eventfleet/contracts';
import {
  ack,
  deadLetter,
  QueuePattern,
  retry,
  type MessageDisposition,
  type QueueMessage,
} from '@eventfleet/rabbitmq';
import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { UserEventHandler } from '../delivery/user-event.handler.js';

/** The notifier's own queue of user events. */
@Controller()
export class UserEventsConsumer {
  constructor(private readonly handler: UserEventHandler) {}

  /** What nobody can make sense of is a dead letter at once; what fails otherwise the queue tries again. */
  @QueuePattern({ queue: NOTIFIER_QUEUE })
  async consume(@Payload() message: QueueMessage): Promise<MessageDisposition> {
    try {
      const delivered = await this.handler.handle(fromAmqpMessage(message));
      return delivered === 'done' ? ack : retry();
    } catch (error) {
      if (error instanceof ContractError) return deadLetter(error.code, error.message);
      throw error;
    }
  }
}
