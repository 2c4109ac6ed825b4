import { OperationsModule, type ReadinessCheck } from '@eventfleet/http';
import { NOTIFIER_SCHEMA, readOrigin } from '@eventfleet/notifications';
import { hasMigration } from '@eventfleet/postgres';
import { Module, type DynamicModule } from '@nestjs/common';
import { UserEventHandler } from './delivery/user-event.handler.js';
import { PostOffice } from './post-office.js';
import { UserEventsConsumer } from './user-events.consumer.js';

@Module({})
export class NotifierModule {
  static forRoot(postOffice: PostOffice): DynamicModule {
    return {
      module: NotifierModule,
      imports: [OperationsModule.forRoot({ useFactory: () => readinessChecks(postOffice) })],
      controllers: [UserEventsConsumer],
      providers: [
        { provide: PostOffice, useValue: postOffice },
        { provide: UserEventHandler, useValue: postOffice.handler },
      ],
    };
  }
}

/** The mail server is none of them: mails wait for it, and a restart would not bring it back. */
function readinessChecks({ pool, strategy }: PostOffice): ReadinessCheck[] {
  return [
    {
      name: 'event-store',
      async check() {
        if (!(await hasMigration(pool, NOTIFIER_SCHEMA))) throw new Error('waiting for migrations');
        if ((await readOrigin(pool)) === undefined) {
          throw new Error('waiting for migrations with RABBITMQ_URL: they say since when mails are owed');
        }
      },
    },
    {
      name: 'rabbitmq',
      async check() {
        strategy.assertReady();
      },
    },
  ];
}
