/** What connects Kafka to Nest: apart, because not everybody who knows Kafka loads Nest's microservices. */
export * from './consumer/batch-pattern.decorator.js';
export * from './consumer/kafka-batch.strategy.js';
