/** What reads the tables, apart from what writes them: it brings TypeORM along, which a projector can do without. */
export * from './lookups.js';
export * from './users/user-list/find-users.query.js';
export * from './users/user-list/user-list.table.js';
export * from './users/user-stats/user-stats.query.js';
