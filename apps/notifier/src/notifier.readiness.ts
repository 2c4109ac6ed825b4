import type { ReadinessCheck } from '@eventfleet/http';
import { NOTIFIER_SCHEMA, readOrigin } from '@eventfleet/notifications';
import { hasMigration } from '@eventfleet/postgres';
import type { RabbitmqQueueStrategy } from '@eventfleet/rabbitmq/nest';
import type pg from 'pg';

/** The mail server is none of them: mails wait for it, and a restart would not bring it back. */
export function readinessChecks(inbox: pg.Pool, strategy: RabbitmqQueueStrategy): ReadinessCheck[] {
  return [
    {
      name: 'event-store',
      async check() {
        if (!(await hasMigration(inbox, NOTIFIER_SCHEMA)))
          throw new Error('waiting for migrations: run fleet migrate');
        if ((await readOrigin(inbox)) === undefined) {
          throw new Error(
            'waiting for migrations: run fleet migrate with RABBITMQ_URL, which says since when mails are due',
          );
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
