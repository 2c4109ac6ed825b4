import '@eventfleet/app/small-heap';
import 'reflect-metadata';
import { refuseStart, runApp } from '@eventfleet/app';
import { userEvents } from '@eventfleet/contracts';
import { createTokenVerifier } from '@eventfleet/auth';
import { createHttpApp } from '@eventfleet/http';
import { kafkaProbe, requirePartitions } from '@eventfleet/kafka';
import { KafkaBatchStrategy } from '@eventfleet/kafka/nest';
import { registerBacklogMetrics, USER_COMMANDS_RELAY } from '@eventfleet/outbox-relay';
import { databaseProbe, requireOwnSessions } from '@eventfleet/postgres';
import { registerProcessManagerMetrics } from '@eventfleet/process-managers';
import { EVENT_STORE, PROCESS_MANAGER_STORE } from './connections.module.js';
import { loadProcessManagerConfig } from './process-manager.config.js';
import { ProcessManagerModule } from './process-manager.module.js';

await runApp({
  name: 'process-manager',
  config: loadProcessManagerConfig,
  async create(config, logger) {
    const { partitions } = config.kafka;
    const refuse = (error: unknown) => refuseStart('process-manager', error);
    const eventStore = { variable: 'EVENT_STORE_URL', url: config.eventStoreUrl };
    requireOwnSessions([eventStore]).catch(refuse);
    requirePartitions(config.kafka, 'eventfleet-process-manager', [
      { topic: userEvents.topic, partitions, variable: 'USER_EVENTS_PARTITIONS' },
    ]).catch(refuse);
    const module = ProcessManagerModule.forRoot(config, logger);
    const verifier = createTokenVerifier(config.oidc, logger);
    const access = [
      databaseProbe(eventStore, 'process-manager'),
      kafkaProbe(config.kafka, 'process-manager'),
    ];
    const app = await createHttpApp({ module, logger, verifier, access });
    registerBacklogMetrics(app.get(EVENT_STORE), [USER_COMMANDS_RELAY]);
    registerProcessManagerMetrics(app.get(PROCESS_MANAGER_STORE));
    app.connectMicroservice({ strategy: app.get(KafkaBatchStrategy) });
    return app;
  },
});
