/** What reads the tables and the events, apart from what writes the tables: without TypeORM. */
export * from './applied-version.query.js';
export * from './users/user-history/audit-item.js';
export * from './users/user-history/stored-users.js';
export * from './users/user-history/user-audit-trail.js';
export * from './users/user-history/user-changes.js';
export * from './users/user-history/user-view-of.js';
export * from './users/user-list/find-user.query.js';
export * from './users/user-list/find-users-by-text.query.js';
export * from './users/user-list/find-users.query.js';
export * from './users/user-list/user-view.js';
export * from './users/user-stats/user-stats.query.js';
