import '@eventfleet/app/small-heap';
import 'reflect-metadata';
import { refuseStart, runApp } from '@eventfleet/app';
import { userEvents } from '@eventfleet/contracts';
import { createTokenVerifier } from '@eventfleet/auth';
import { createHttpApp } from '@eventfleet/http';
import { kafkaProbe, requirePartitions } from '@eventfleet/kafka';
import { KafkaBatchStrategy } from '@eventfleet/kafka/nest';
import { databaseProbe, requireOwnSessions } from '@eventfleet/postgres';
import { loadProjectorConfig, type ProjectorConfig } from './projector.config.js';
import { ProjectorModule } from './projector.module.js';

await runApp({
  name: 'projector',
  config: loadProjectorConfig,
  async create(config, logger) {
    const { partitions } = config.kafka;
    const refuse = (error: unknown) => refuseStart('projector', error);
    const stores = storesOf(config);
    requireOwnSessions(stores).catch(refuse);
    requirePartitions(config.kafka, 'eventfleet-projector', [
      { topic: userEvents.topic, partitions, variable: 'USER_EVENTS_PARTITIONS' },
    ]).catch(refuse);
    const verifier = createTokenVerifier(config.oidc, logger);
    const app = await createHttpApp({
      module: ProjectorModule.forRoot(config, logger),
      logger,
      verifier,
      access: [
        ...stores.map((store) => databaseProbe(store, 'projector')),
        kafkaProbe(config.kafka, 'projector'),
      ],
    });
    app.connectMicroservice({ strategy: app.get(KafkaBatchStrategy) });
    return app;
  },
});

function storesOf({ readStoreUrl, eventStoreUrl }: ProjectorConfig) {
  return [
    { variable: 'READ_STORE_URL', url: readStoreUrl },
    ...(eventStoreUrl === undefined ? [] : [{ variable: 'EVENT_STORE_URL', url: eventStoreUrl }]),
  ];
}
