import '@eventfleet/app/small-heap';
import 'reflect-metadata';
import { refuseStart, runApp } from '@eventfleet/app';
import { userEvents } from '@eventfleet/contracts';
import { createHttpApp } from '@eventfleet/http';
import { requirePartitions } from '@eventfleet/kafka';
import { loadProjectorConfig } from './projector.config.js';
import { ProjectorModule } from './projector.module.js';
import { ReadSide } from './read-side.js';

await runApp({
  name: 'projector',
  config: loadProjectorConfig,
  async create(config, logger) {
    const { partitions } = config.kafka;
    requirePartitions(config.kafka, 'eventfleet-projector', [
      { topic: userEvents.topic, partitions, variable: 'USER_EVENTS_PARTITIONS' },
    ]).catch((error: unknown) => refuseStart('projector', error));
    const readSide = new ReadSide(config, logger);
    const app = await createHttpApp({ module: ProjectorModule.forRoot(readSide), logger });
    app.connectMicroservice({ strategy: readSide.strategy });
    return app;
  },
});
