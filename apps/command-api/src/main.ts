import '@eventfleet/app/small-heap';
import 'reflect-metadata';
import { refuseStart, runApp } from '@eventfleet/app';
import { userEvents } from '@eventfleet/contracts';
import { createHttpApp } from '@eventfleet/http';
import { requirePartitions } from '@eventfleet/kafka';
import { registerBacklogMetrics } from '@eventfleet/outbox-relay';
import { loadCommandApiConfig } from './command-api.config.js';
import { CommandApiModule } from './command-api.module.js';
import { KafkaEdge } from './kafka-edge.js';
import { PROBLEMS } from './command-api.problems.js';
import { Onboarding } from './users/onboarding.js';
import { WriteSide } from './write-side.js';

await runApp({
  name: 'command-api',
  config: loadCommandApiConfig,
  async create(config, logger) {
    const { partitions } = config.kafka;
    requirePartitions(config.kafka, 'eventfleet-command-api', [
      { topic: userEvents.topic, partitions, variable: 'USER_EVENTS_PARTITIONS' },
    ]).catch((error: unknown) => refuseStart('command-api', error));
    const writeSide = new WriteSide(config, logger);
    registerBacklogMetrics(writeSide.pool, writeSide.relayNames);
    const kafkaEdge = new KafkaEdge(config.kafka, logger);
    const app = await createHttpApp({
      module: CommandApiModule.forRoot(writeSide, kafkaEdge, new Onboarding(config.onboarding)),
      logger,
      problems: PROBLEMS,
      limits: config.limits,
    });
    app.connectMicroservice({ strategy: kafkaEdge.strategy });
    return app;
  },
});
