export type { ProxiedListener } from './kafka/kafka-properties.js';
export * from './kafka/start-kafka.js';
export * from './postgres/start-postgres.js';
export * from './process/last-lines.js';
export * from './process/ports.js';
export * from './process/send-signal.js';
export * from './process/server-process.js';
export * from './rabbitmq/find-rabbitmq.js';
export * from './rabbitmq/start-rabbitmq.js';
