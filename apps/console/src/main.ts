import '@eventfleet/app/small-heap';
import 'reflect-metadata';
import { refuseStart, runApp } from '@eventfleet/app';
import { createHttpApp } from '@eventfleet/http';
import { requireOwnSessions } from '@eventfleet/postgres';
import { loadConsoleConfig } from './console.config.js';
import { ConsoleModule } from './console.module.js';
import { CONSOLE_PROBLEMS } from './console.problems.js';
import { addPageHeaders } from './edge/page-headers.js';

await runApp({
  name: 'console',
  config: loadConsoleConfig,
  async create(config, logger) {
    requireOwnSessions([
      { variable: 'READ_STORE_URL', url: config.readStoreUrl },
      { variable: 'EVENT_STORE_URL', url: config.eventStoreUrl },
    ]).catch((error: unknown) => refuseStart('console', error));
    const app = await createHttpApp({
      module: ConsoleModule.forRoot(config, logger),
      logger,
      problems: CONSOLE_PROBLEMS,
    });
    addPageHeaders(app.getHttpAdapter().getInstance());
    return app;
  },
});
