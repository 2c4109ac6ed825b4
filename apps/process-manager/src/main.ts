import '@eventfleet/app/small-heap';
import 'reflect-metadata';
import { refuseStart, runApp } from '@eventfleet/app';
import { userEvents } from '@eventfleet/contracts';
import { createHttpApp } from '@eventfleet/http';
import { requirePartitions } from '@eventfleet/kafka';
import { registerBacklogMetrics, USER_COMMANDS_RELAY } from '@eventfleet/outbox-relay';
import { registerProcessManagerMetrics } from '@eventfleet/process-managers';
import { loadProcessManagerConfig } from './process-manager.config.js';
import { ProcessManagerModule } from './process-manager.module.js';
import { Reactions } from './reactions.js';

await runApp({
  name: 'process-manager',
  config: loadProcessManagerConfig,
  async create(config, logger) {
    const { partitions } = config.kafka;
    requirePartitions(config.kafka, 'eventfleet-process-manager', [
      { topic: userEvents.topic, partitions, variable: 'USER_EVENTS_PARTITIONS' },
    ]).catch((error: unknown) => refuseStart('process-manager', error));
    const reactions = new Reactions(config, logger);
    registerBacklogMetrics(reactions.eventStore, [USER_COMMANDS_RELAY]);
    registerProcessManagerMetrics(reactions.pool);
    const app = await createHttpApp({ module: ProcessManagerModule.forRoot(reactions), logger });
    app.connectMicroservice({ strategy: reactions.strategy });
    return app;
  },
});
