import '@eventfleet/app/small-heap';
import 'reflect-metadata';
import { refuseStart, runApp } from '@eventfleet/app';
import { createTokenVerifier } from '@eventfleet/auth';
import { createHttpApp } from '@eventfleet/http';
import { kafkaProbe } from '@eventfleet/kafka';
import { databaseProbe, requireOwnSessions } from '@eventfleet/postgres';
import { rabbitmqProbe } from '@eventfleet/rabbitmq';
import { loadConsoleConfig } from './console.config.js';
import { ConsoleModule } from './console.module.js';
import { CONSOLE_PROBLEMS } from './console.problems.js';
import { addPageHeaders } from './edge/page-headers.js';
import { Login } from './login/login.js';

await runApp({
  name: 'console',
  config: loadConsoleConfig,
  async create(config, logger) {
    const stores = [
      { variable: 'READ_STORE_URL', url: config.readStoreUrl },
      { variable: 'EVENT_STORE_URL', url: config.eventStoreUrl },
    ];
    requireOwnSessions(stores).catch((error: unknown) => refuseStart('console', error));
    const verifier = createTokenVerifier(config.oidc, logger);
    const login = Login.of(config, verifier);
    const app = await createHttpApp({
      module: ConsoleModule.forRoot(config, logger, verifier, login),
      logger,
      problems: CONSOLE_PROBLEMS,
      verifier,
      readCaller: login && ((request) => login.callerOf(request)),
      access: [
        ...stores.map((store) => databaseProbe(store, 'console')),
        kafkaProbe(config.kafka, 'console'),
        ...(config.rabbitmq ? [rabbitmqProbe(config.rabbitmq, 'console')] : []),
      ],
    });
    addPageHeaders(app.getHttpAdapter().getInstance());
    return app;
  },
});
