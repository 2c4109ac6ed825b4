/** What reads the tables and the events without TypeORM, for processes that can do without it. */
export * from './applied-version.query.js';
export * from './users/user-history/audit-item.js';
export * from './users/user-history/stored-users.js';
export * from './users/user-history/user-audit-trail.js';
export * from './users/user-history/user-changes.js';
export * from './users/user-history/user-view-of.js';
export * from './users/user-list/find-user.query.js';
export * from './users/user-list/find-users-by-text.query.js';
export * from './users/user-list/user-view.js';
