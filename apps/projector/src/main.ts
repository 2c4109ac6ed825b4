import '@eventfleet/app/small-heap';
import 'reflect-metadata';
import { refuseStart, runApp } from '@eventfleet/app';
import { userEvents } from '@eventfleet/contracts';
import { createHttpApp } from '@eventfleet/http';
import { requirePartitions } from '@eventfleet/kafka';
import { KafkaBatchStrategy } from '@eventfleet/kafka/nest';
import { loadProjectorConfig } from './projector.config.js';
import { ProjectorModule } from './projector.module.js';

await runApp({
  name: 'projector',
  config: loadProjectorConfig,
  async create(config, logger) {
    const { partitions } = config.kafka;
    requirePartitions(config.kafka, 'eventfleet-projector', [
      { topic: userEvents.topic, partitions, variable: 'USER_EVENTS_PARTITIONS' },
    ]).catch((error: unknown) => refuseStart('projector', error));
    const app = await createHttpApp({ module: ProjectorModule.forRoot(config, logger), logger });
    app.connectMicroservice({ strategy: app.get(KafkaBatchStrategy) });
    return app;
  },
});
