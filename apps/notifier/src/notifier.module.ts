import { OperationsModule } from '@eventfleet/http';
import { RabbitmqQueueStrategy } from '@eventfleet/rabbitmq/nest';
import { type DynamicModule, Module } from '@nestjs/common';
import type { Logger } from 'pino';
import { INBOX_POOL } from './inbox/notifier-pools.module.js';
import type { NotifierConfig } from './notifier.config.js';
import { readinessChecks } from './notifier.readiness.js';
import { NotifierSettingsModule } from './notifier-settings.module.js';
import { NotifierLifecycle } from './notifier.lifecycle.js';
import { QueueConsumerModule } from './queue/queue-consumer.module.js';

/** Mails to users, from the messages of a queue. */
@Module({})
export class NotifierModule {
  static forRoot(config: NotifierConfig, logger: Logger): DynamicModule {
    return {
      module: NotifierModule,
      imports: [
        NotifierSettingsModule.forRoot(config, logger),
        QueueConsumerModule,
        OperationsModule.forRoot({
          imports: [QueueConsumerModule],
          inject: [INBOX_POOL, RabbitmqQueueStrategy],
          useFactory: readinessChecks,
        }),
      ],
      providers: [NotifierLifecycle],
    };
  }
}
