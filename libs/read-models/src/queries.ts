/** What reads the tables, apart from what writes them: it brings TypeORM along, which a projector can do without. */
export * from './applied-version.query.js';
export * from './users/user-list/get-user.query.js';
export * from './users/user-list/list-users.query.js';
export * from './users/user-list/user-list.table.js';
export * from './users/user-list/user-view.js';
export * from './users/user-stats/user-stats.query.js';
