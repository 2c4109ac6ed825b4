import '@eventfleet/app/small-heap';
import 'reflect-metadata';
import { runApp } from '@eventfleet/app';
import { createHttpApp } from '@eventfleet/http';
import { aggregates } from './aggregates.js';
import { loadQueryApiConfig } from './query-api.config.js';
import { QueryApiModule } from './query-api.module.js';
import { problemsOf } from './query-api.problems.js';

await runApp({
  name: 'query-api',
  config: loadQueryApiConfig,
  create: (config, logger) =>
    createHttpApp({
      module: QueryApiModule.forRoot(config, aggregates),
      logger,
      problems: problemsOf(aggregates),
      limits: config.limits,
    }),
});
