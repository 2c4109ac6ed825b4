import { setTimeout as delay } from 'node:timers/promises';
import { sqlState } from '@eventfleet/postgres';
import { failpoint } from '@eventfleet/resilience';
import pg from 'pg';
import { completeTables, copyTableGrants } from './complete-tables.js';
import { copySchemaGrants } from './copy-schema-grants.js';
import { ACT_AS_OWNER, LIVE_SCHEMA, schemaOf, type GenerationName } from './generation.js';
import { partsMissing, readShape } from './table-shape.js';
import { RebuildError } from './rebuild.errors.js';

export interface Swap {
  readonly projection: string;
  readonly tables: readonly string[];
  /** The live partition of `projection_versions` with this projection's. */
  readonly partition: string;
  /** The generation that becomes live; the one that was live takes the other place. */
  readonly from: GenerationName;
  readonly to: GenerationName;
}

/** Queries wait while the tables are locked: an attempt to lock them gives up after this. */
const LOCK_TIMEOUT_MS = 40;
const LOCK_ATTEMPTS = 20;
const LONGEST_PAUSE_MS = 80;
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Puts a generation in the place of the live one: its tables, versions, checkpoints and parked events. What is in the
 * schema of `from` goes to the live schema, and what is live to the schema of `to`, which is made for it. All in the
 * client's transaction, which holds the live checkpoints, and which this commits.
 * @returns for how long queries had to wait at most, in milliseconds
 * @throws the server's `lock_not_available` when queries have held the tables all the time; the caller rolls back
 */
export async function swapGenerations(client: pg.ClientBase, swap: Swap): Promise<number> {
  await client.query(ACT_AS_OWNER);
  await keepLiveState(client, swap);
  await takeOtherState(client, swap);
  const lockedAt = await lockTables(client, swap);
  await client.query(moveTables(swap));
  failpoint('between swap and commit');
  await client.query('commit');
  return performance.now() - lockedAt;
}

/** The checkpoints and parked events of the generation that was live go with it. */
async function keepLiveState(client: pg.ClientBase, { projection, to }: Swap): Promise<void> {
  const schema = schemaOf(projection, to);
  await client.query(`create schema ${schema}`);
  await copySchemaGrants(client, schema);
  for (const table of ['projection_checkpoints', 'parked_events']) {
    await client.query(`create table ${schema}.${table} (like ${LIVE_SCHEMA}.${table} including all)`);
    await copyTableGrants(client, `${LIVE_SCHEMA}.${table}`, `${schema}.${table}`);
  }
  await client.query(
    `insert into ${schema}.projection_checkpoints
     select * from ${LIVE_SCHEMA}.projection_checkpoints where projection = $1`,
    [projection],
  );
  await moveParkedEvents(client, projection, LIVE_SCHEMA, schema);
}

async function takeOtherState(client: pg.ClientBase, { projection, from }: Swap): Promise<void> {
  const schema = schemaOf(projection, from);
  await client.query(
    `update ${LIVE_SCHEMA}.projection_checkpoints live
     set next_offset = other.next_offset, cluster_id = other.cluster_id, topic_id = other.topic_id, updated_at = now()
     from ${schema}.projection_checkpoints other
     where live.projection = $1 and live.projection = other.projection and live.topic = other.topic
       and live.partition = other.partition`,
    [projection],
  );
  await moveParkedEvents(client, projection, schema, LIVE_SCHEMA);
}

/** In their order; they get new numbers, as these are the table's own. */
async function moveParkedEvents(
  client: pg.ClientBase,
  projection: string,
  from: string,
  to: string,
): Promise<void> {
  const parts = await readShape(client, `${LIVE_SCHEMA}.parked_events`);
  const columns = parts
    .flatMap(({ kind, name }) => (kind === 'column' && name !== 'sequence' ? [name] : []))
    .join(', ');
  await client.query(
    `insert into ${to}.parked_events (${columns})
     select ${columns} from ${from}.parked_events where projection = $1 order by sequence`,
    [projection],
  );
  await client.query(`delete from ${from}.parked_events where projection = $1`, [projection]);
}

/** @returns when queries began to wait */
async function lockTables(client: pg.ClientBase, { tables, partition }: Swap): Promise<number> {
  const names = [...tables, 'projection_versions', partition, 'projection_versions_default'];
  const locked = names.map((name) => `only ${LIVE_SCHEMA}.${pg.escapeIdentifier(name)}`).join(', ');
  await client.query(`set local lock_timeout = '${LOCK_TIMEOUT_MS}ms'`);
  for (let attempt = 1; ; attempt++) {
    await client.query('savepoint before_lock');
    const startedAt = performance.now();
    try {
      await client.query(`lock table ${locked} in access exclusive mode`);
      return startedAt;
    } catch (error) {
      if (sqlState(error) !== LOCK_NOT_AVAILABLE || attempt === LOCK_ATTEMPTS) throw error;
      await client.query('rollback to savepoint before_lock');
      await delay(Math.random() * LONGEST_PAUSE_MS);
    }
  }
}

/** In one round trip, as queries wait meanwhile. */
function moveTables({ projection, tables, partition, from, to }: Swap): string {
  const [other, retired] = [schemaOf(projection, from), schemaOf(projection, to)];
  const versions = pg.escapeIdentifier(partition);
  const names = tables.map((table) => pg.escapeIdentifier(table));
  return [
    `alter table ${LIVE_SCHEMA}.projection_versions detach partition ${LIVE_SCHEMA}.${versions}`,
    `alter table ${LIVE_SCHEMA}.${versions} set schema ${retired}`,
    `alter table ${retired}.${versions} rename to projection_versions`,
    ...names.map((table) => `alter table ${LIVE_SCHEMA}.${table} set schema ${retired}`),
    ...names.map((table) => `alter table ${other}.${table} set schema ${LIVE_SCHEMA}`),
    `alter table ${other}.projection_versions rename to ${versions}`,
    `alter table ${other}.${versions} set schema ${LIVE_SCHEMA}`,
    `alter table ${LIVE_SCHEMA}.projection_versions attach partition ${LIVE_SCHEMA}.${versions}
       for values in (${pg.escapeLiteral(projection)})`,
    `drop table ${other}.projection_checkpoints, ${other}.parked_events`,
    `drop table if exists ${other}.deferred_streams`,
    `drop schema ${other}`,
  ].join(';\n');
}

/**
 * Gives the tables of a generation what the live ones have got meanwhile: indexes, constraints, grants and options.
 * @throws RebuildError `unlike` if they cannot take the place of the live ones, such as for a new column; names it
 */
export async function makeAlike(
  client: pg.Pool,
  { projection, tables, partition, from }: Omit<Swap, 'to'>,
): Promise<void> {
  const schema = schemaOf(projection, from);
  const pairs = [
    ...tables.map((table) => ({ live: `${LIVE_SCHEMA}.${table}`, table: `${schema}.${table}` })),
    { live: `${LIVE_SCHEMA}.${partition}`, table: `${schema}.projection_versions` },
  ];
  await completeTables(client, pairs);
  for (const { live, table } of pairs) {
    const [ofLive, ofOther] = [await readShape(client, live), await readShape(client, table)];
    const parts = [...partsMissing(ofLive, ofOther), ...partsMissing(ofOther, ofLive)];
    if (parts.length === 0) continue;
    const unlike = parts.map(({ kind, name }) => `${kind} ${name}`);
    throw new RebuildError(
      'unlike',
      `${table} and ${live} are not alike (${[...new Set(unlike)].join(', ')}): drop it and rebuild`,
    );
  }
}
