import '@eventfleet/app/small-heap';
import 'reflect-metadata';
import { refuseStart, runApp } from '@eventfleet/app';
import { createTokenVerifier } from '@eventfleet/auth';
import { createHttpApp } from '@eventfleet/http';
import { requireOwnSessions } from '@eventfleet/postgres';
import { aggregates } from './aggregates.js';
import { accessProbes } from './command-api.access.js';
import { loadCommandApiConfig } from './command-api.config.js';
import { CommandApiModule } from './command-api.module.js';
import { problemsOf } from './command-api.problems.js';
import { CommandConsumers } from './kafka/command-consumers.js';

await runApp({
  name: 'command-api',
  config: loadCommandApiConfig,
  async create(config, logger) {
    requireOwnSessions([{ variable: 'EVENT_STORE_URL', url: config.eventStoreUrl }]).catch((error: unknown) =>
      refuseStart('command-api', error),
    );
    const access = accessProbes(config);
    const problems = problemsOf(aggregates);
    const verifier = createTokenVerifier(config.oidc, logger);
    const module = CommandApiModule.forRoot({ config, logger, aggregates, problems, verifier });
    const app = await createHttpApp({ module, logger, problems, limits: config.limits, verifier, access });
    app.connectMicroservice({ strategy: app.get(CommandConsumers).strategy });
    return app;
  },
});
