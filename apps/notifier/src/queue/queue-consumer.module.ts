import { RabbitmqQueueStrategy } from '@eventfleet/rabbitmq/nest';
import { LOGGER } from '@eventfleet/observability';
import { Module } from '@nestjs/common';
import type { Logger } from 'pino';
import { DeliveryModule } from '../delivery/delivery.module.js';
import type { NotifierConfig } from '../notifier.config.js';
import { CLIENT_NAME, NOTIFIER_CONFIG } from '../notifier-settings.module.js';
import { UserEventsConsumer } from './user-events.consumer.js';

/** A stop waits so long for the messages that are being handled. */
const CLOSE_TIMEOUT_MS = 7_500;

/** The consumer of the notifier's own queue. Connect its strategy as a microservice. */
@Module({
  imports: [DeliveryModule],
  controllers: [UserEventsConsumer],
  providers: [
    {
      provide: RabbitmqQueueStrategy,
      inject: [NOTIFIER_CONFIG, LOGGER],
      useFactory: ({ rabbitmq, smtpConnections, maxAttempts }: NotifierConfig, logger: Logger) =>
        new RabbitmqQueueStrategy({
          settings: rabbitmq,
          name: CLIENT_NAME,
          logger,
          // One mail at a time for each message: so no mail waits for a connection with its claim running.
          prefetch: smtpConnections,
          maxAttempts,
          closeTimeoutMs: CLOSE_TIMEOUT_MS,
        }),
    },
  ],
  exports: [DeliveryModule, RabbitmqQueueStrategy],
})
export class QueueConsumerModule {}
