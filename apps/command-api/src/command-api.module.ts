import { HistoryGuard } from '@eventfleet/history';
import { OpenApiModule, OperationsModule } from '@eventfleet/http';
import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AppContextModule, TOKEN_VERIFIER, type AppContext } from './app-context.module.js';
import { AuditLog } from './audit/audit-log.listener.js';
import { commandApi } from './command-api.description.js';
import { readinessChecks } from './command-api.readiness.js';
import { ErasureModule } from './erasure/erasure.module.js';
import { EventStorePools } from './event-store/event-store-pools.js';
import { EventStoreModule } from './event-store/event-store.module.js';
import { KafkaModule } from './kafka/kafka.module.js';
import { EventRelays } from './publication/event-relays.js';
import { PublicationModule } from './publication/publication.module.js';

/** Commands come in over HTTP and Kafka, their events are stored, and relays publish the events. */
@Module({})
export class CommandApiModule {
  static forRoot(context: AppContext): DynamicModule {
    return {
      module: CommandApiModule,
      imports: [
        AppContextModule.forRoot(context),
        EventStoreModule,
        KafkaModule,
        CqrsModule.forRoot(),
        ErasureModule.forRoot(context.config),
        ...context.aggregates.map(({ module }) => module(context.config)),
        OpenApiModule.forRoot(commandApi(context.aggregates)),
        OperationsModule.forRoot({
          imports: [PublicationModule],
          inject: [EventStorePools, EventRelays, HistoryGuard, TOKEN_VERIFIER],
          useFactory: readinessChecks,
        }),
      ],
      providers: [AuditLog],
    };
  }
}
