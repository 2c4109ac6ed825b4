import '@eventfleet/observability/small-heap';
import 'reflect-metadata';
import { createHttpApp, refuseStart, runApp } from '@eventfleet/http';
import { KafkaBatchStrategy, requireUserEventsPartitions } from '@eventfleet/kafka';
import { loadProjectorConfig } from './projector.config.js';
import { ProjectorModule } from './projector.module.js';

await runApp({
  name: 'projector',
  config: loadProjectorConfig,
  async create(config, logger) {
    requireUserEventsPartitions(config.kafka, 'eventfleet-projector').catch((error: unknown) =>
      refuseStart('projector', error),
    );
    const app = await createHttpApp({ module: ProjectorModule.forRoot(config, logger), logger });
    app.connectMicroservice({ strategy: app.get(KafkaBatchStrategy) });
    return app;
  },
});
