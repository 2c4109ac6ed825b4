import '@eventfleet/app/small-heap';
import 'reflect-metadata';
import { createHttpApp } from '@eventfleet/http';
import { runApp } from '@eventfleet/app';
import { loadNotifierConfig } from './notifier.config.js';
import { NotifierModule } from './notifier.module.js';
import { PostOffice } from './post-office.js';

await runApp({
  name: 'notifier',
  config: loadNotifierConfig,
  async create(config, logger) {
    const postOffice = await PostOffice.open(config, logger);
    const app = await createHttpApp({ module: NotifierModule.forRoot(postOffice), logger });
    app.connectMicroservice({ strategy: postOffice.strategy });
    return app;
  },
});
