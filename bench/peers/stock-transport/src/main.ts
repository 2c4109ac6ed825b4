import 'reflect-metadata';
import type { TopicIdentity } from '@eventfleet/kafka';
import { createPool } from '@eventfleet/postgres';
import { ProjectionRuntime, runnable } from '@eventfleet/projections';
import { userList, userStats } from '@eventfleet/read-models';
import { NestFactory } from '@nestjs/core';
import { type MicroserviceOptions, Transport } from '@nestjs/microservices';
import kafkajs from 'kafkajs';
import { pino } from 'pino';
import { projectorModule } from './projector.module.js';
import { group, kafka as settings, readStoreUrl, topic } from './settings.js';

const logger = pino({ level: 'silent' });
const pool = createPool({ url: readStoreUrl, applicationName: 'stock-transport', max: 2, pipeline: true });
const runtime = new ProjectionRuntime(pool, logger);
const identity = await identify(topic);

/** Nest's Kafka transport has one consumer group, so each projection is a microservice of its own. */
for (const projection of [runnable(userList), runnable(userStats)]) {
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(
    projectorModule({ projection, runtime, identity }),
    {
      transport: Transport.KAFKA,
      options: {
        client: { clientId: projection.name, brokers: settings.brokers },
        consumer: { groupId: `${group}-${projection.name}` },
        subscribe: { fromBeginning: true },
        parser: { keepBinary: true },
      },
      logger: ['error', 'warn'],
    },
  );
  app.enableShutdownHooks();
  await app.listen();
}

/** By stock kafkajs too: `createKafka` would patch it for the whole process. It knows no topic ids, the name does here. */
async function identify(name: string): Promise<TopicIdentity> {
  const admin = new kafkajs.Kafka({ clientId: 'stock-transport', brokers: settings.brokers }).admin();
  await admin.connect();
  try {
    const { clusterId } = await admin.describeCluster();
    const { topics } = await admin.fetchTopicMetadata({ topics: [name] });
    return { clusterId, topicId: name, partitions: topics[0]?.partitions.length ?? 0 };
  } finally {
    await admin.disconnect();
  }
}
