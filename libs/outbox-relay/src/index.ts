export * from './backlog-limit.js';
export * from './kafka-target.js';
export * from './outbox-relay.js';
export * from './read-backlog.js';
export * from './relay-status.js';
export * from './relay-target.js';
export * from './relay.errors.js';
export { registerBacklogMetrics } from './relay.metrics.js';
export * from './rewind.js';
