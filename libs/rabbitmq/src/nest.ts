/** What connects RabbitMQ to Nest: apart, because not everybody who knows RabbitMQ loads Nest's microservices. */
export * from './consumer/queue-pattern.decorator.js';
export * from './consumer/rabbitmq-queue.strategy.js';
