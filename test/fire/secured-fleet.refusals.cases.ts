import { eventually, type AppProcess } from '@eventfleet/testing';
import { send } from '../e2e/support/http.js';
import { kafkaUserOf, roleOf, type App } from '../e2e/support/app-users.js';
import type { Env, SecuredFleet } from '../e2e/support/secured-fleet.js';

const READ = 'eventfleet_read';

/** An app of the fleet with one wrong setting. */
export function describeRefusals(fleet: () => SecuredFleet): void {
  describe('that is set up wrongly', () => {
    const certificate = /^\S+: its certificate is not accepted \(\S+\): name the CA/;
    const login = /^\S+: it does not accept this user and password/;
    const right = /^\S+: this user lacks a right: /;
    const wrongUser = { KAFKA_SASL_USERNAME: kafkaUserOf('notifier') };

    it.each<[what: string, App, server: string, RegExp, () => Env]>([
      [
        'Kafka, another CA',
        'projector',
        'kafka',
        certificate,
        () => ({ KAFKA_SSL: fleet().servers.otherCaFile }),
      ],
      [
        'Kafka, a wrong password',
        'projector',
        'kafka',
        login,
        () => ({ KAFKA_SASL_PASSWORD_FILE: '', KAFKA_SASL_PASSWORD: 'wrong' }),
      ],
      [
        'Kafka, a missing right',
        'projector',
        'kafka',
        right,
        () => ({
          ...wrongUser,
          KAFKA_SASL_PASSWORD_FILE: '',
          KAFKA_SASL_PASSWORD: fleet().servers.secrets.get(kafkaUserOf('notifier'))!,
        }),
      ],
      [
        'Postgres, another CA',
        'query-api',
        'read-store',
        certificate,
        () => ({
          READ_STORE_URL_FILE: '',
          READ_STORE_URL: fleet().servers.database(READ, roleOf('query-api'), fleet().servers.otherCaFile),
        }),
      ],
      [
        'Postgres, a wrong password',
        'query-api',
        'read-store',
        login,
        () => ({
          READ_STORE_URL_FILE: '',
          READ_STORE_URL: changed(fleet().servers.database(READ, roleOf('query-api'))),
        }),
      ],
      [
        'Postgres, a missing right',
        'query-api',
        'read-store',
        right,
        () => ({
          READ_STORE_URL_FILE: '',
          READ_STORE_URL: fleet().servers.database(READ, roleOf('notifier')),
        }),
      ],
      [
        'RabbitMQ, another CA',
        'notifier',
        'rabbitmq',
        certificate,
        () => ({ RABBITMQ_CA_FILE: fleet().servers.otherCaFile }),
      ],
      [
        'RabbitMQ, a wrong password',
        'notifier',
        'rabbitmq',
        login,
        () => ({
          RABBITMQ_URL_FILE: '',
          RABBITMQ_URL: changed(fleet().servers.rabbitmqUrl),
        }),
      ],
      [
        'SMTP, another CA',
        'notifier',
        'mail-server',
        certificate,
        () => ({ SMTP_CA_FILE: fleet().servers.otherCaFile }),
      ],
      [
        'SMTP, a wrong password',
        'notifier',
        'mail-server',
        login,
        () => ({
          SMTP_URL_FILE: '',
          SMTP_URL: changed(fleet().servers.smtpUrl),
        }),
      ],
    ])(
      'says so in one line, and is not ready: %s',
      async (_what, app, server, reason, change) => {
        const process = await fleet().startLive(app, change());
        const told = await eventually(async () => {
          const { body } = await send('GET', `${process.url}/health/ready`);
          return accessOf(body);
        });
        expect(told).toMatch(reason);
        expect(told.startsWith(`${server}: `)).toBe(true);
        // It has tried again by then.
        await eventually(async () => refusedLines(process).length > 0);
        expect(refusedLines(process)).toEqual([expect.objectContaining({ server, level: 50 })]);
        await process.stop();
      },
      60_000,
    );
  });
}

function changed(url: string): string {
  const wrong = new URL(url);
  wrong.password = 'wrong';
  return wrong.href;
}

function accessOf(body: Readonly<Record<string, unknown>>): string | undefined {
  const { error = {} } = body as { error?: { access?: { message?: string } } };
  return error.access?.message;
}

function refusedLines(app: AppProcess): Record<string, unknown>[] {
  return app
    .logs()
    .split('\n')
    .filter((line) => line.includes('refuses this app'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
