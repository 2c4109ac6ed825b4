import '@eventfleet/app/small-heap';
import 'reflect-metadata';
import { createHttpApp } from '@eventfleet/http';
import { runApp } from '@eventfleet/app';
import { loadQueryApiConfig } from './query-api.config.js';
import { QueryApiModule } from './query-api.module.js';
import { QUERY_API_PROBLEMS } from './query-api.problems.js';

await runApp({
  name: 'query-api',
  config: loadQueryApiConfig,
  create: (config, logger) =>
    createHttpApp({
      module: QueryApiModule.forRoot(config),
      logger,
      problems: QUERY_API_PROBLEMS,
      limits: config.limits,
    }),
});
