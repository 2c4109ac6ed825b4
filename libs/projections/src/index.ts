export * from './migrations/1-create-projection-tables.migration.js';
export * from './projection-runtime.js';
export * from './projection.errors.js';
export * from './projection.js';
export * from './read-checkpoints.js';
