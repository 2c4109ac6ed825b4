import { EVENT_STORE_SCHEMA } from '@eventfleet/event-store';
import { OperationsModule, type ReadinessCheck } from '@eventfleet/http';
import { hasMigration } from '@eventfleet/postgres';
import { Module, type DynamicModule } from '@nestjs/common';
import { AuditLog } from './audit/audit-log.listener.js';
import { InProcessEventsModule } from './in-process-events/in-process-events.module.js';
import { KafkaEdge } from './kafka-edge.js';
import { Onboarding } from './users/onboarding.js';
import { UserCommandExecutor } from './users/user-command-executor.js';
import { UsersModule } from './users/users.module.js';
import { WriteSide } from './write-side.js';

@Module({})
export class CommandApiModule {
  static forRoot(writeSide: WriteSide, kafkaEdge: KafkaEdge, onboarding: Onboarding): DynamicModule {
    return {
      module: CommandApiModule,
      global: true,
      imports: [
        UsersModule.forRoot(onboarding),
        InProcessEventsModule.forRoot(writeSide.events),
        OperationsModule.forRoot({ useFactory: () => readinessChecks(writeSide) }),
      ],
      providers: [
        { provide: WriteSide, useValue: writeSide },
        { provide: AuditLog, useValue: new AuditLog(writeSide.logger) },
        { provide: UserCommandExecutor, useValue: writeSide.users },
        { provide: KafkaEdge, useValue: kafkaEdge },
        { provide: Onboarding, useValue: onboarding },
      ],
      exports: [UserCommandExecutor, KafkaEdge, Onboarding],
    };
  }
}

/** Kafka and RabbitMQ are no part of it: while one is away commands are accepted, and published later. */
function readinessChecks({ pool, relay }: WriteSide): ReadinessCheck[] {
  return [
    {
      name: 'event-store',
      async check() {
        if (!(await hasMigration(pool, EVENT_STORE_SCHEMA))) throw new Error('waiting for migrations');
      },
    },
    {
      name: 'relay',
      async check() {
        const { role, problem } = relay.health();
        if (role === 'refused') throw new Error(problem);
      },
    },
  ];
}
