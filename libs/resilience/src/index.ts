export * from './failpoint.js';
export * from './failpoints.js';
export * from './failure.js';
export * from './is-transient.js';
export * from './part.js';
export * from './poll-until-stopped.js';
export * from './with-deadline.js';
