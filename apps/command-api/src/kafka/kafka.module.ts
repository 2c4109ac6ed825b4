import { Global, Module } from '@nestjs/common';
import { kafkaClient } from './kafka-client.provider.js';
import { CommandConsumers } from './command-consumers.js';
import { ReplyProducer } from './reply-producer.js';
import { PartitionsCheck } from './partitions-check.js';

/** Kafka as an edge of this process. Relays have clients of their own. Global, and so stopped last. */
@Global()
@Module({
  providers: [kafkaClient, CommandConsumers, ReplyProducer, PartitionsCheck],
  exports: [CommandConsumers, ReplyProducer],
})
export class KafkaModule {}
