import pg from 'pg';
import {
  DATABASE_APPS,
  EVENT_STORE_ACCESS,
  READ_STORE_ACCESS,
  READ_STORE_OWNER,
  type DatabaseApp,
} from './database-access.js';

/** The role that an app logs in as. */
export function roleOf(app: DatabaseApp): string {
  return `eventfleet_${app.replaceAll('-', '_')}`;
}

/** Of the event store: else they would lack what tells who holds up the tail. */
const SEES_ACTIVITY: readonly DatabaseApp[] = ['command-api', 'console', 'process-manager'];

/** SQL for the event store's database, to be run by its owner. It may be repeated. */
export function eventStoreGrants(url: string): string[] {
  return inTransaction([
    ...prepare(
      url,
      DATABASE_APPS.map((app) => [app, EVENT_STORE_ACCESS[app].schemas]),
    ),
    ...SEES_ACTIVITY.map((app) => `grant pg_read_all_stats to ${roleOf(app)};`),
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
    // All tables are given away.
    `do $$ begin if to_regclass('public.events') is not null then
  raise 'this is the database of the event store: the read store needs one of its own'; end if; end $$;`,
    ...prepare(
      url,
      apps.map((app) => [app, ['public']]),
    ),
    ...changeOwner(url, roleOf(READ_STORE_OWNER)),
    ...apps.flatMap((app) => {
      const [privileges, role] = [READ_STORE_ACCESS[app], roleOf(app)];
      return [
        `grant usage on schema public to ${role};`,
        `grant ${privileges} on all tables in schema public to ${role};`,
        // For the tables of later migrations.
        `alter default privileges in schema public grant ${privileges} on tables to ${role};`,
        openGenerations(privileges, role),
      ];
    }),
    ...apps.map((app) => `revoke insert, update, delete on schema_migrations from ${roleOf(app)};`),
  ]);
}

const GENERATIONS = '^(rebuild|previous)_';

/** Whoever runs this stays able to migrate and to rebuild, as a member of the new owner. Generations go with the tables. */
function changeOwner(url: string, role: string): string[] {
  return [
    `grant ${role} to current_user;`,
    `grant create on database ${databaseOf(url)} to ${role};`,
    `grant create on schema public to ${role};`,
    `do $$ declare statement text; begin
  for statement in
    select format('alter schema %I owner to ${role}', nspname) from pg_namespace where nspname ~ '${GENERATIONS}'
    union all
    select format('alter table %I.%I owner to ${role}', schemaname, tablename) from pg_tables
    where tablename <> 'schema_migrations' and (schemaname = 'public' or schemaname ~ '${GENERATIONS}')
  loop
    execute statement;
  end loop;
end $$;`,
  ];
}

/** What a rebuild has made before there was the role; a later one takes its grants from the live tables. */
function openGenerations(privileges: string | undefined, role: string): string {
  return `do $$ declare generation name; begin
  for generation in select nspname from pg_namespace where nspname ~ '${GENERATIONS}' loop
    execute format('grant usage on schema %I to ${role}', generation);
    execute format('grant ${privileges} on all tables in schema %I to ${role}', generation);
  end loop;
end $$;`;
}

/** Running apps never see a role without its rights. */
function inTransaction(statements: readonly string[]): string[] {
  return ['begin;', ...statements, 'commit;'];
}

/** Roles, as they are on the whole server, and who may connect. Whatever they had in these schemas is taken away first. */
function prepare(
  url: string,
  apps: readonly (readonly [app: DatabaseApp, schemas: readonly string[]])[],
): string[] {
  const database = databaseOf(url);
  return [
    ...apps.map(([app]) => {
      const role = roleOf(app);
      return `do $$ begin if to_regrole('${role}') is null then create role ${role} login; end if; end $$;`;
    }),
    `revoke connect, temporary on database ${database} from public;`,
    ...apps.flatMap(([app, schemas]) => [
      ...schemas.map((schema) => `revoke all on all tables in schema ${schema} from ${roleOf(app)};`),
      `grant connect on database ${database} to ${roleOf(app)};`,
    ]),
  ];
}

function databaseOf(url: string): string {
  return pg.escapeIdentifier(decodeURIComponent(new URL(url).pathname.slice(1)));
}
