export * from './array-text.js';
export * from './copy.js';
export * from './database-probe.js';
export * from './if-migrated.js';
export * from './migrations.js';
export * from './pipeline.js';
export { createPool, endPool, type PoolOptions, withPool } from './pool.js';
export {
  assertOwnSession,
  type NamedStore,
  PoolerError,
  requireOwnSessions,
} from './require-own-sessions.js';
export * from './sql-state.js';
export * from './statement.js';
export * from './transaction.js';
