import type { WorkQueue } from '@eventfleet/contracts';
import { OriginalErrorFilter } from '@eventfleet/resilience/nest';
import { UseFilters } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';

/** Which queue a handler reads: named without the settings' prefix. */
export interface QueueSubscription {
  readonly queue: WorkQueue;
}

export const RABBITMQ_QUEUE_TRANSPORT = Symbol('eventfleet.rabbitmq-queue');

/** Makes a controller's method the `QueueHandler` of a queue. */
export function QueuePattern(subscription: QueueSubscription): MethodDecorator {
  const pattern = { queue: subscription.queue.name };
  const markHandler = EventPattern(pattern, RABBITMQ_QUEUE_TRANSPORT, { ...subscription });
  const keepErrors = UseFilters(OriginalErrorFilter);
  return (target, key, descriptor) => {
    markHandler(target, key, descriptor);
    keepErrors(target, key, descriptor);
  };
}
