import type pg from 'pg';
import { isReading, type Counters, type RunnableProjection } from '../projection.js';
import { describeTable, selectTexts, type TextsRow } from '../row-verification/row-texts.js';
import { isAggregateId } from '../runtime/record-key.js';

/** A row as Postgres writes it as text, by column. It may hold personal data. */
export type ShownRow = Readonly<Record<string, string | null>>;

/** What a projection has of a key at a moment. */
export interface KeyState {
  /** The last version that is applied; 0 for none. */
  readonly version: number;
  readonly isParked: boolean;
  /** Parked events of the key. */
  readonly waiting: number;
  /** Of the table with a row an aggregate; null if there is none. */
  readonly row: ShownRow | null;
  /** By partition and name. */
  readonly counters: ReadonlyMap<string, number>;
}

/** The difference between two states of a key. */
export interface KeyEffect {
  readonly before: Omit<KeyState, 'counters'>;
  readonly after: Omit<KeyState, 'counters'>;
  /** Those that changed. */
  readonly counters: readonly { readonly counter: string; readonly before: number; readonly after: number }[];
}

/** Reads the state of a key within a transaction that has locked it. */
export async function readKeyState(
  client: pg.ClientBase,
  projection: RunnableProjection,
  key: string,
): Promise<KeyState> {
  const { rows } = await client.query<{ version: number | null; parked: boolean | null; waiting: number }>(
    `select version, parked,
            (select count(*)::float8 from parked_events where projection = $1 and key = $3) as waiting
     from (values (1)) as always
     left join projection_versions on projection = $1 and aggregate_id = $2::uuid`,
    [projection.name, isAggregateId(key) ? key : null, key],
  );
  const { version, parked, waiting } = rows[0]!;
  return {
    version: version ?? 0,
    isParked: parked ?? false,
    waiting,
    row: await readRow(client, projection, key),
    counters: isReading(projection) ? new Map() : await readCounters(client, projection.counters),
  };
}

async function readRow(
  client: pg.ClientBase,
  projection: RunnableProjection,
  key: string,
): Promise<ShownRow | null> {
  if (isReading(projection) || !projection.copied || !isAggregateId(key)) return null;
  const table = await describeTable(client, projection.copied);
  const { rows } = await client.query<TextsRow>(`${selectTexts(table)} where ${table.columns[0]!} = $1`, [
    key,
  ]);
  const texts = rows[0]?.texts;
  if (!texts) return null;
  return Object.fromEntries(projection.copied.columns.map((column, place) => [column, texts[place] ?? null]));
}

async function readCounters(
  client: pg.ClientBase,
  counters: Counters | undefined,
): Promise<ReadonlyMap<string, number>> {
  if (!counters) return new Map();
  const { rows } = await client.query<{ partition: number; counter: string; value: string }>(counters.read);
  return new Map(
    rows.map(({ partition, counter, value }) => [`${counter} of partition ${partition}`, Number(value)]),
  );
}

/** Pure. */
export function compareKeyStates(before: KeyState, after: KeyState): KeyEffect {
  const names = new Set([...before.counters.keys(), ...after.counters.keys()]);
  const counters = [...names]
    .map((counter) => ({
      counter,
      before: before.counters.get(counter) ?? 0,
      after: after.counters.get(counter) ?? 0,
    }))
    .filter((each) => each.before !== each.after);
  return { before: withoutCounters(before), after: withoutCounters(after), counters };
}

function withoutCounters({ version, isParked, waiting, row }: KeyState): Omit<KeyState, 'counters'> {
  return { version, isParked, waiting, row };
}
