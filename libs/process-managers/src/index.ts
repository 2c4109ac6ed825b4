export * from './catch-up-gate.js';
export * from './count-instances.js';
export * from './migrate.js';
export * from './process-manager-projections.js';
export { registerProcessManagerMetrics } from './process-manager.metrics.js';
export * from './process-manager.js';
export * from './purge-outbox.js';
export * from './read-instances.js';
export * from './timer-scheduler.js';
