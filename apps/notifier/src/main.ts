import '@eventfleet/app/small-heap';
import 'reflect-metadata';
import { refuseStart, runApp } from '@eventfleet/app';
import { createTokenVerifier } from '@eventfleet/auth';
import { createHttpApp } from '@eventfleet/http';
import { kafkaProbe } from '@eventfleet/kafka';
import { databaseProbe, requireOwnSessions } from '@eventfleet/postgres';
import { rabbitmqProbe } from '@eventfleet/rabbitmq';
import { RabbitmqQueueStrategy } from '@eventfleet/rabbitmq/nest';
import { loadNotifierConfig } from './notifier.config.js';
import { NotifierModule } from './notifier.module.js';
import { MailSender } from './smtp/mail-sender.js';

await runApp({
  name: 'notifier',
  config: loadNotifierConfig,
  async create(config, logger) {
    const eventStore = { variable: 'EVENT_STORE_URL', url: config.eventStoreUrl };
    requireOwnSessions([eventStore]).catch((error: unknown) => refuseStart('notifier', error));
    const verifier = createTokenVerifier(config.oidc, logger);
    const app = await createHttpApp({
      module: NotifierModule.forRoot(config, logger),
      logger,
      verifier,
      access: [
        databaseProbe(eventStore, 'notifier'),
        kafkaProbe(config.kafka, 'notifier'),
        rabbitmqProbe(config.rabbitmq, 'notifier'),
        {
          // One that is only away keeps mails waiting, which is no matter of access.
          server: 'mail-server',
          variables: 'SMTP_URL, SMTP_CA_FILE',
          attempt: () => app.get(MailSender, { strict: false }).verify(),
        },
      ],
    });
    app.connectMicroservice({ strategy: app.get(RabbitmqQueueStrategy) });
    return app;
  },
});
