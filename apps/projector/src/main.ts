import '@eventfleet/app/small-heap';
import 'reflect-metadata';
import { createHttpApp } from '@eventfleet/http';
import { refuseStart, runApp } from '@eventfleet/app';
import { requireUserEventsPartitions } from '@eventfleet/kafka';
import { loadProjectorConfig } from './projector.config.js';
import { ProjectorModule } from './projector.module.js';
import { ReadSide } from './read-side.js';

await runApp({
  name: 'projector',
  config: loadProjectorConfig,
  async create(config, logger) {
    requireUserEventsPartitions(config.kafka, 'eventfleet-projector').catch((error: unknown) =>
      refuseStart('projector', error),
    );
    const readSide = new ReadSide(config, logger);
    const app = await createHttpApp({ module: ProjectorModule.forRoot(readSide), logger });
    app.connectMicroservice({ strategy: readSide.strategy });
    return app;
  },
});
