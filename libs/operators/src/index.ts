export * from './actions/operator-actions.js';
export * from './dead-letters/command-headers.js';
export * from './migrate.js';
export * from './projections/with-projection.js';
export * from './status/fleet-status.js';
export * from './status/gather-status.js';
