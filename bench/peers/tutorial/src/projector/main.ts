import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { brokers } from '../settings.js';
import { ProjectorModule } from './projector.module.js';

const app = await NestFactory.createMicroservice<MicroserviceOptions>(ProjectorModule, {
  transport: Transport.KAFKA,
  options: {
    client: { clientId: 'users-projector', brokers },
    consumer: { groupId: 'users-projector' },
    subscribe: { fromBeginning: true },
  },
  logger: ['error', 'warn'],
});
app.enableShutdownHooks();
await app.listen();
