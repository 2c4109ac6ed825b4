export * from './failpoint.js';
export * from './failpoints.js';
export * from './is-transient.js';
