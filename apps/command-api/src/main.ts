import '@eventfleet/app/small-heap';
import 'reflect-metadata';
import { refuseStart, runApp } from '@eventfleet/app';
import { createTokenVerifier } from '@eventfleet/auth';
import { createHttpApp } from '@eventfleet/http';
import { kafkaProbe } from '@eventfleet/kafka';
import { databaseProbe, requireOwnSessions } from '@eventfleet/postgres';
import { rabbitmqProbe } from '@eventfleet/rabbitmq';
import { aggregates } from './aggregates.js';
import { loadCommandApiConfig } from './command-api.config.js';
import { CommandApiModule } from './command-api.module.js';
import { problemsOf } from './command-api.problems.js';
import { CommandConsumers } from './kafka/command-consumers.js';

await runApp({
  name: 'command-api',
  config: loadCommandApiConfig,
  async create(config, logger) {
    const { kafka, rabbitmq, limits } = config;
    const eventStore = { variable: 'EVENT_STORE_URL', url: config.eventStoreUrl };
    requireOwnSessions([eventStore]).catch((error: unknown) => refuseStart('command-api', error));
    const problems = problemsOf(aggregates);
    const verifier = createTokenVerifier(config.oidc, logger);
    const module = CommandApiModule.forRoot({ config, logger, aggregates, problems, verifier });
    const access = [
      databaseProbe(eventStore, 'command-api'),
      kafkaProbe(kafka, 'command-api'),
      ...(rabbitmq ? [rabbitmqProbe(rabbitmq, 'command-api')] : []),
    ];
    const app = await createHttpApp({ module, logger, problems, limits, verifier, access });
    app.connectMicroservice({ strategy: app.get(CommandConsumers).strategy });
    return app;
  },
});
