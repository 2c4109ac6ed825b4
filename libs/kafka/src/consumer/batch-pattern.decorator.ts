import { OriginalErrorFilter } from '@eventfleet/resilience/nest';
import { UseFilters } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';

/** Which topic a handler reads, as which consumer group: both without the settings' prefix. */
export interface BatchSubscription {
  readonly topic: string;
  readonly group: string;
}

export const KAFKA_BATCH_TRANSPORT = Symbol('eventfleet.kafka-batch');

/** Makes a controller's method the `BatchHandler` of a topic for a consumer group. */
export function BatchPattern(subscription: BatchSubscription): MethodDecorator {
  const markHandler = EventPattern({ ...subscription }, KAFKA_BATCH_TRANSPORT, { ...subscription });
  const keepErrors = UseFilters(OriginalErrorFilter);
  return (target, key, descriptor) => {
    markHandler(target, key, descriptor);
    keepErrors(target, key, descriptor);
  };
}
