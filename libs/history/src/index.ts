export { ClaimTaken, type AnyDecider } from './adopt-events.js';
export * from './conflicts.js';
export * from './conflicts-with-stored.js';
export * from './history-check.js';
export * from './history-guard.js';
export * from './lost-events.js';
export * from './notices.js';
export * from './resolve-conflicts.js';
export * from './store-history.js';
