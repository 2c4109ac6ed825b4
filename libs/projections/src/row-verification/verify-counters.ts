import { withTransaction } from '@eventfleet/postgres';
import type pg from 'pg';
import type { Counters } from '../projection.js';
import { lockCheckpoint } from '../runtime/projection-statements.js';
import { addTo, missingFrom, sumContributions, type ContributionCount } from './sum-counters.js';
import {
  partitionOfAggregate,
  type VerificationContext,
  type VerificationMode,
} from './verification-context.js';
import { countCounterMend, readCounterMends } from './counter-mends.js';

/** A counter that is not the sum of what the aggregates have added. */
export interface CounterDifference {
  readonly partition: number;
  readonly counter: string;
  /** What it lacks; below 0 for too much. */
  readonly missing: number;
}

export interface VerifiedCounters {
  readonly differences: readonly CounterDifference[];
  readonly isMended: boolean;
}

const NONE: VerifiedCounters = { differences: [], isMended: false };
const CHUNK = 10_000;

/**
 * Compares counters with the contributions of all aggregates, which are verified one by one. Rows, contributions and
 * counters of an event are one transaction: so they agree in every snapshot, and nothing has to be locked to compare
 * them. Only what readers see is looked at first, the sums over all partitions; if one is wrong, every partition is.
 * A counter is mended by adding what it lacks.
 * @returns nothing for versions of an earlier release, which did not keep contributions
 */
export async function verifyCounters(
  context: VerificationContext,
  { isMending }: Pick<VerificationMode, 'isMending'>,
): Promise<VerifiedCounters> {
  const { projection, pool } = context;
  const { counters } = projection;
  if (!counters) return NONE;
  const found = await withTransaction(pool, async (client) => {
    await client.query('set transaction isolation level repeatable read, read only');
    if (await areTotalsRight(client, context, counters)) return undefined;
    const mends = await readCounterMends(client, projection.name);
    return { mends, differences: await compareByPartition(client, context, counters) };
  });
  if (!found) return NONE;
  const { differences, mends } = found;
  const isMended = isMending && differences.length > 0 && (await mend(context, counters, differences, mends));
  return { differences, isMended };
}

async function areTotalsRight(
  client: pg.ClientBase,
  { projection: { name } }: VerificationContext,
  counters: Counters,
): Promise<boolean> {
  const { rows } = await client.query<ContributionCount & { is_complete: boolean }>(
    `select contribution, count(*)::float8 as count, bool_and(event_id is not null or version = 0) as is_complete
     from projection_versions where projection = $1 group by contribution`,
    [name],
  );
  if (!rows.every((row) => row.is_complete)) return true;
  const shown = new Map<string, number>();
  for (const values of (await readCounters(client, counters)).values()) addTo(shown, values);
  return missingFrom(shown, sumContributions(counters, rows)).size === 0;
}

async function readCounters(
  client: pg.ClientBase,
  { read }: Counters,
): Promise<Map<number, Map<string, number>>> {
  const { rows } = await client.query<{ partition: number; counter: string; value: string }>(read);
  const found = new Map<number, Map<string, number>>();
  for (const { partition, counter, value } of rows) {
    const own = found.get(partition) ?? new Map<string, number>();
    found.set(partition, own.set(counter, Number(value)));
  }
  return found;
}

async function compareByPartition(
  client: pg.ClientBase,
  context: VerificationContext,
  counters: Counters,
): Promise<CounterDifference[]> {
  const shown = await readCounters(client, counters);
  const expected = await sumByPartition(client, context, counters);
  const partitions = [...new Set([...shown.keys(), ...expected.keys()])].toSorted((a, b) => a - b);
  return partitions.flatMap((partition) => {
    const missing = missingFrom(shown.get(partition) ?? new Map(), expected.get(partition) ?? new Map());
    return [...missing].map(([counter, amount]) => ({ partition, counter, missing: amount }));
  });
}

async function sumByPartition(
  client: pg.ClientBase,
  context: VerificationContext,
  counters: Counters,
): Promise<Map<number, Map<string, number>>> {
  const sums = new Map<number, Map<string, number>>();
  for (let after: string | null = null; ;) {
    const { rows }: pg.QueryResult<{ aggregate_id: string; contribution: string }> = await client.query(
      `select aggregate_id, contribution from projection_versions
       where projection = $1 and ($2::uuid is null or aggregate_id > $2) order by aggregate_id limit $3`,
      [context.projection.name, after, CHUNK],
    );
    for (const { aggregate_id: id, contribution } of rows) {
      const partition = partitionOfAggregate(context, id);
      const sum = sums.get(partition) ?? new Map<string, number>();
      addTo(sum, counters.addedBy(contribution));
      sums.set(partition, sum);
    }
    if (rows.length < CHUNK) return sums;
    after = rows.at(-1)!.aggregate_id;
  }
}

/** What a counter lacks stays true while events are applied: they add to both sides. */
async function mend(
  { pool, projection: { name }, topic }: VerificationContext,
  counters: Counters,
  differences: readonly CounterDifference[],
  mends: string,
): Promise<boolean> {
  return withTransaction(pool, async (client) => {
    if (!(await countCounterMend(client, name, mends))) return false;
    for (const [partition, own] of Map.groupBy(differences, (each) => each.partition)) {
      await client.query(lockCheckpoint({ projection: name, topic, partition }));
      const changes = new Map(own.map(({ counter, missing }) => [counter, missing]));
      for (const statement of counters.add(partition, changes)) await client.query(statement);
    }
    return true;
  });
}
