import '@eventfleet/app/small-heap';
import 'reflect-metadata';
import { refuseStart, runApp } from '@eventfleet/app';
import { createTokenVerifier } from '@eventfleet/auth';
import { createHttpApp } from '@eventfleet/http';
import { requireOwnSessions } from '@eventfleet/postgres';
import { RabbitmqQueueStrategy } from '@eventfleet/rabbitmq/nest';
import { accessProbes } from './notifier.access.js';
import { loadNotifierConfig } from './notifier.config.js';
import { NotifierModule } from './notifier.module.js';
import { MailSender } from './smtp/mail-sender.js';

await runApp({
  name: 'notifier',
  config: loadNotifierConfig,
  async create(config, logger) {
    requireOwnSessions([{ variable: 'EVENT_STORE_URL', url: config.eventStoreUrl }]).catch((error: unknown) =>
      refuseStart('notifier', error),
    );
    const access = accessProbes(config, () => app.get(MailSender, { strict: false }));
    const verifier = createTokenVerifier(config.oidc, logger);
    const app = await createHttpApp({
      module: NotifierModule.forRoot(config, logger),
      logger,
      verifier,
      access,
    });
    app.connectMicroservice({ strategy: app.get(RabbitmqQueueStrategy) });
    return app;
  },
});
