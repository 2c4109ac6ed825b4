import pg from 'pg';
import { DATABASE_APPS, EVENT_STORE_ACCESS, READ_STORE_ACCESS, type DatabaseApp } from './database-access.js';

/** The role that an app logs in as. */
export function roleOf(app: DatabaseApp): string {
  return `eventfleet_${app.replaceAll('-', '_')}`;
}

/** SQL for the event store's database, to be run by its owner. It may be repeated. */
export function eventStoreGrants(url: string): string[] {
  return inTransaction([
    ...prepare(url, DATABASE_APPS),
    // Else it would lack what tells who holds up the tail.
    `grant pg_read_all_stats to ${roleOf('command-api')};`,
    ...DATABASE_APPS.flatMap((app) => {
      const { schemas, grants } = EVENT_STORE_ACCESS[app];
      return [
        `grant usage on schema ${schemas.join(', ')} to ${roleOf(app)};`,
        ...grants.flatMap(([privileges, ...objects]) =>
          objects.map((object) => `grant ${privileges} on ${object} to ${roleOf(app)};`),
        ),
      ];
    }),
  ]);
}

/** SQL for the read store's database, to be run by its owner. It may be repeated. */
export function readStoreGrants(url: string): string[] {
  const apps = DATABASE_APPS.filter((app) => READ_STORE_ACCESS[app] !== undefined);
  return inTransaction([
    ...prepare(url, apps),
    ...apps.flatMap((app) => {
      const [privileges, role] = [READ_STORE_ACCESS[app], roleOf(app)];
      return [
        `grant usage on schema public to ${role};`,
        `grant ${privileges} on all tables in schema public to ${role};`,
        // For the tables of later migrations.
        `alter default privileges in schema public grant ${privileges} on tables to ${role};`,
      ];
    }),
    ...apps.map((app) => `revoke insert, update, delete on schema_migrations from ${roleOf(app)};`),
  ]);
}

/** Running apps never see a role without its rights. */
function inTransaction(statements: readonly string[]): string[] {
  return ['begin;', ...statements, 'commit;'];
}

/** Roles, as they are on the whole server, and who may connect. Whatever they had in this database is taken away first. */
function prepare(url: string, apps: readonly DatabaseApp[]): string[] {
  const database = pg.escapeIdentifier(decodeURIComponent(new URL(url).pathname.slice(1)));
  return [
    ...apps.map((app) => {
      const role = roleOf(app);
      return `do $$ begin if to_regrole('${role}') is null then create role ${role} login; end if; end $$;`;
    }),
    `revoke connect, temporary on database ${database} from public;`,
    ...apps.flatMap((app) => [
      ...schemasOf(app).map((schema) => `revoke all on all tables in schema ${schema} from ${roleOf(app)};`),
      `grant connect on database ${database} to ${roleOf(app)};`,
    ]),
  ];
}

function schemasOf(app: DatabaseApp): readonly string[] {
  return EVENT_STORE_ACCESS[app].schemas;
}
