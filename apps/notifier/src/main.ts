import '@eventfleet/app/small-heap';
import 'reflect-metadata';
import { runApp } from '@eventfleet/app';
import { createHttpApp } from '@eventfleet/http';
import { RabbitmqQueueStrategy } from '@eventfleet/rabbitmq/nest';
import { loadNotifierConfig } from './notifier.config.js';
import { NotifierModule } from './notifier.module.js';

await runApp({
  name: 'notifier',
  config: loadNotifierConfig,
  async create(config, logger) {
    const app = await createHttpApp({ module: NotifierModule.forRoot(config, logger), logger });
    app.connectMicroservice({ strategy: app.get(RabbitmqQueueStrategy) });
    return app;
  },
});
