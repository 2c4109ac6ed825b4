import { Global, Module } from '@nestjs/common';
import { kafkaClient } from './kafka-client.provider.js';
import { KafkaConsumers } from './kafka-consumers.js';
import { KafkaProducer } from './kafka-producer.js';
import { PartitionsCheck } from './partitions-check.js';

/** Kafka as an edge of this process. Relays have clients of their own. Global, and so stopped last. */
@Global()
@Module({
  providers: [kafkaClient, KafkaConsumers, KafkaProducer, PartitionsCheck],
  exports: [KafkaConsumers, KafkaProducer],
})
export class KafkaModule {}
