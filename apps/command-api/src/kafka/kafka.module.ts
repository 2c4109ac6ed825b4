import { Global, Module } from '@nestjs/common';
import { kafkaClient } from './kafka-client.provider.js';
import { CommandAuthentication } from './command-authentication.js';
import { CommandConsumers } from './command-consumers.js';
import { ReplyProducer } from './reply-producer.js';
import { PartitionsCheck } from './partitions-check.js';

/** Kafka as an edge of this process. Relays have clients of their own. Global, and so stopped last. */
@Global()
@Module({
  providers: [kafkaClient, CommandConsumers, CommandAuthentication, ReplyProducer, PartitionsCheck],
  exports: [CommandConsumers, CommandAuthentication, ReplyProducer],
})
export class KafkaModule {}
