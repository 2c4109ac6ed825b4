import '@eventfleet/app/small-heap';
import 'reflect-metadata';
import { refuseStart, runApp } from '@eventfleet/app';
import { createTokenVerifier } from '@eventfleet/auth';
import { createHttpApp } from '@eventfleet/http';
import { databaseProbe, requireOwnSessions } from '@eventfleet/postgres';
import { aggregates } from './aggregates.js';
import { loadQueryApiConfig } from './query-api.config.js';
import { QueryApiModule } from './query-api.module.js';
import { problemsOf } from './query-api.problems.js';

await runApp({
  name: 'query-api',
  config: loadQueryApiConfig,
  create(config, logger) {
    const { readStoreUrl, eventStoreUrl } = config;
    const stores = [
      { variable: 'READ_STORE_URL', url: readStoreUrl },
      ...(eventStoreUrl === undefined ? [] : [{ variable: 'EVENT_STORE_URL', url: eventStoreUrl }]),
    ];
    requireOwnSessions(stores).catch((error: unknown) => refuseStart('query-api', error));
    const verifier = createTokenVerifier(config.oidc, logger);
    return createHttpApp({
      module: QueryApiModule.forRoot(config, aggregates, verifier),
      logger,
      problems: problemsOf(aggregates),
      limits: config.limits,
      verifier,
      access: stores.map((store) => databaseProbe(store, 'query-api')),
    });
  },
});
