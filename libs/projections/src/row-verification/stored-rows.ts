import { pipeline, withPipelinedTransaction, type Statement } from '@eventfleet/postgres';
import type pg from 'pg';
import { lockCheckpoint, type CheckpointRow, type VersionRow } from '../runtime/projection-statements.js';
import type { StoredAggregate } from './compare-aggregate.js';
import { pageKeys, type PageKeys } from './page-keys.js';
import { selectTexts, type RowTexts, type TextsRow } from './row-texts.js';
import { partitionOfAggregate, type VerificationContext } from './verification-context.js';

/** What is stored of the next aggregates, all at one moment of the database. */
export interface StoredPage extends PageKeys {
  /** By id; absent if nothing is stored. */
  readonly aggregates: ReadonlyMap<string, StoredAggregate>;
  /** By partition. */
  readonly checkpoints: ReadonlyMap<number, CheckpointRow>;
}

interface StoredVersionRow extends VersionRow {
  readonly contribution: string;
}

interface PartitionRow extends CheckpointRow {
  readonly partition: number;
}

const VERSION_COLUMNS = 'aggregate_id, version, event_id, parked, contribution';

/**
 * Reads the next aggregates of the versions, the rows and the event store. Locks nothing.
 * @param fromStore the next ids of the event store, at most `limit`
 */
export async function readStoredPage(
  { pool, projection, table, topic }: VerificationContext,
  fromStore: readonly string[],
  { after, limit }: { readonly after: string | undefined; readonly limit: number },
): Promise<StoredPage> {
  const { name } = projection;
  const isBehind = (column: string, place: number) =>
    after === undefined ? 'true' : `${column} > $${place}`;
  const bound = after === undefined ? [] : [after];
  const rowsOf: Statement[] = table
    ? [
        {
          text: `${selectTexts(table)} where ${isBehind(table.columns[0]!, 2)} order by ${table.columns[0]!} limit $1`,
          values: [limit, ...bound],
        },
      ]
    : [];
  const [, , checkpoints, versions, rows] = await withPipelinedTransaction(pool, (client) =>
    pipeline(client, [
      'begin isolation level repeatable read, read only',
      // By the index: of a table without statistics Postgres would read and sort all that is behind the last key.
      'set local enable_sort = off',
      {
        text: `select partition, next_offset, cluster_id, topic_id from projection_checkpoints
               where projection = $1 and topic = $2`,
        values: [name, topic],
      },
      {
        text: `select ${VERSION_COLUMNS} from projection_versions
               where projection = $1 and ${isBehind('aggregate_id', 3)} order by aggregate_id limit $2`,
        values: [name, limit, ...bound],
      },
      ...rowsOf,
      'commit',
    ]),
  );
  const versionRows = versions!.rows as StoredVersionRow[];
  const textRows = table ? (rows!.rows as TextsRow[]) : [];
  const page = pageKeys(
    [fromStore, versionRows.map((row) => row.aggregate_id), textRows.map((row) => row.aggregate_key)],
    limit,
  );
  return {
    ...page,
    aggregates: mergeRows(versionRows, textRows),
    checkpoints: new Map((checkpoints!.rows as PartitionRow[]).map((row) => [row.partition, row])),
  };
}

function mergeRows(
  versions: readonly StoredVersionRow[],
  rows: readonly TextsRow[],
): Map<string, StoredAggregate> {
  const found = new Map<string, StoredAggregate>();
  for (const row of versions) found.set(row.aggregate_id, toStored(row.aggregate_id, row, undefined));
  for (const { aggregate_key: id, texts } of rows)
    found.set(id, { ...(found.get(id) ?? nothingStored(id)), row: texts });
  return found;
}

export function nothingStored(aggregateId: string): StoredAggregate {
  return toStored(aggregateId, undefined, undefined);
}

function toStored(
  aggregateId: string,
  version: StoredVersionRow | undefined,
  row: RowTexts | undefined,
): StoredAggregate {
  return {
    aggregateId,
    version: version?.version ?? 0,
    eventId: version?.event_id ?? null,
    contribution: version?.contribution ?? '',
    isParked: version?.parked ?? false,
    row,
  };
}

export interface LockedAggregate {
  readonly stored: StoredAggregate;
  readonly checkpoint: CheckpointRow | undefined;
}

/** Reads an aggregate under the locks of the live projection: nothing of its partition is applied until the end of the transaction. */
export async function lockStored(
  client: pg.ClientBase,
  context: VerificationContext,
  aggregateId: string,
): Promise<LockedAggregate> {
  const { projection, table, topic } = context;
  const partition = partitionOfAggregate(context, aggregateId);
  const checkpoint = await client.query<CheckpointRow>(
    lockCheckpoint({ projection: projection.name, topic, partition }),
  );
  const version = await client.query<StoredVersionRow>(
    `select ${VERSION_COLUMNS} from projection_versions where projection = $1 and aggregate_id = $2 for update`,
    [projection.name, aggregateId],
  );
  const row =
    table &&
    (await client.query<TextsRow>(`${selectTexts(table)} where ${table.columns[0]!} = $1 for update`, [
      aggregateId,
    ]));
  return {
    stored: toStored(aggregateId, version.rows[0], row?.rows[0]?.texts),
    checkpoint: checkpoint.rows[0],
  };
}
