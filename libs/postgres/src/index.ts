export * from './array-text.js';
export * from './migrations.js';
export * from './pipeline.js';
export * from './pool.js';
export * from './sql-state.js';
export * from './statement.js';
export * from './transaction.js';
