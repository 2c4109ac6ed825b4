export * from './migrate.js';
export * from './read-models.js';
export * from './users/user-list/user-list.projection.js';
export * from './users/user-stats/user-stats.projection.js';
