import type { TopicIdentity } from '@eventfleet/kafka';
import { withTransaction } from '@eventfleet/postgres';
import pg from 'pg';
import type { FoldingProjection } from '../projection.js';
import { saveCheckpoint, lockCheckpoint } from '../runtime/projection-statements.js';
import { completeTable, copyTableGrants } from './complete-tables.js';
import { copySchemaGrants } from './copy-schema-grants.js';
import { ACT_AS_OWNER, LIVE_SCHEMA, schemaOf } from './generation.js';
import { beginProgress } from './rebuild-progress.js';
import { findVersionsPartition } from './versions-partition.js';

export interface NewGeneration {
  readonly projection: FoldingProjection;
  readonly topic: string;
  readonly identity: TopicIdentity;
  /** Where each partition ended before any event was read from the event store. */
  readonly ends: ReadonlyMap<number, bigint>;
  readonly expectedEvents: number;
}

/**
 * Makes the tables of a new generation, empty, and notes from where on it has to catch up from Kafka. The tables to copy
 * into are bare: `completeTables` gives them their indexes afterwards.
 */
export async function createGeneration(
  pool: pg.Pool,
  { projection, topic, identity, ends, expectedEvents }: NewGeneration,
): Promise<void> {
  const { name, tables, copied } = projection;
  const schema = schemaOf(name, 'new');
  const partition = await findVersionsPartition(pool, name);
  await withTransaction(pool, async (client) => {
    await client.query(ACT_AS_OWNER);
    await client.query(`create schema ${schema}`);
    await copySchemaGrants(client, schema);
    for (const table of tables) {
      await createLike(client, `${schema}.${table}`, table, 'including all excluding indexes');
      const complete = table === copied?.name ? copyTableGrants : completeTable;
      await complete(client, `${LIVE_SCHEMA}.${table}`, `${schema}.${table}`);
    }
    await createLike(client, `${schema}.projection_versions`, partition, 'including all excluding indexes');
    for (const table of ['projection_checkpoints', 'parked_events']) {
      await createLike(client, `${schema}.${table}`, table, 'including all');
      await copyTableGrants(client, `${LIVE_SCHEMA}.${table}`, `${schema}.${table}`);
    }
    await client.query(`create table ${schema}.deferred_streams (aggregate_id uuid primary key)`);
    await client.query(`set local search_path = ${schema}`);
    for (const [number, end] of ends) {
      const key = { projection: name, topic, partition: number };
      await client.query(lockCheckpoint(key));
      await client.query(saveCheckpoint(key, end, identity));
    }
    await client.query(beginProgress(name, 'copying', expectedEvents));
  });
}

async function createLike(client: pg.ClientBase, table: string, live: string, what: string): Promise<void> {
  await client.query(`create table ${table} (like ${LIVE_SCHEMA}.${pg.escapeIdentifier(live)} ${what})`);
}
