import type { RecordedEvent } from '@eventfleet/contracts';
import { withPipelinedTransaction } from '@eventfleet/postgres';
import type pg from 'pg';
import type { EventSource, RevealEvents } from '../event-source.js';
import type { RunnableProjection } from '../projection.js';
import type { Fault } from './describe-fault.js';
import type { ParkingMark } from './parked-record.js';
import { applyParkedChunk, lockParkedChunk, type ParkedKey } from './process-parked-chunk.js';
import { compareKeyStates, readKeyState, type KeyEffect } from './key-effect.js';

export interface TrialOptions {
  readonly pool: pg.Pool;
  readonly projection: RunnableProjection;
  readonly key: string;
  /** What is tried. */
  readonly mark: ParkingMark;
  /** The store that the events of the projection's topic come from; undefined if it cannot be asked. */
  readonly source: EventSource | undefined;
  /** Undefined if the data of records is never encrypted. */
  readonly reveal?: RevealEvents | undefined;
}

/** What a retry or a discard would do now. */
export interface ParkedTrial {
  /** Events that would be applied. */
  readonly applied: number;
  /** Parked events that would be gone. */
  readonly removed: number;
  /** Parked events that the trial has looked at. There may be more behind them. */
  readonly tried: number;
  /** Why the event behind those that would be gone cannot be applied. */
  readonly fault: Fault | undefined;
  readonly effect: KeyEffect;
}

const TRIED_EVENTS = 200;
/** The consumer of the partition waits for so long at most. */
const LONGEST_TRANSACTION_MS = 3_000;

/**
 * Does what the owner of the partition would do with the first parked events of a key, in a transaction that is rolled
 * back, and tells what changed. It runs the code of this process: another release may do otherwise. Meanwhile the
 * partition's consumer waits, up to three seconds.
 * @returns undefined if nothing is parked there
 * @throws a transient failure of the store
 */
export async function tryParkedEvents(options: TrialOptions): Promise<ParkedTrial | undefined> {
  const { pool, projection, key, source } = options;
  const parked = await findParkedKey(pool, projection.name, key);
  if (!parked) return undefined;
  const trial = await runTrial(options, parked, undefined);
  if (!trial?.missing) return trial?.result;
  const found = (await source?.readStream(trial.missing, trial.missing)) ?? [];
  return (await runTrial(options, parked, found))?.result;
}

async function findParkedKey(pool: pg.Pool, projection: string, key: string): Promise<ParkedKey | undefined> {
  const { rows } = await pool.query<ParkedKey>(
    `select projection, topic, partition, key from parked_events
     where projection = $1 and key = $2 order by sequence limit 1`,
    [projection, key],
  );
  return rows[0];
}

async function runTrial(
  { pool, projection, mark, reveal }: TrialOptions,
  parked: ParkedKey,
  found: readonly RecordedEvent[] | undefined,
) {
  const chunk = { projection, parked, size: TRIED_EVENTS, found, reveal };
  return withPipelinedTransaction(pool, async (client) => {
    const { rows, version } = await lockParkedChunk(client, chunk);
    await client.query(`set local transaction_timeout = '${LONGEST_TRANSACTION_MS}ms'`);
    const [first, ...others] = rows;
    if (!first) {
      await client.query('rollback');
      return undefined;
    }
    const before = await readKeyState(client, projection, parked.key);
    const marked = [{ ...first, mark }, ...others];
    const { applied, removed, fault, missing } = await applyParkedChunk(client, chunk, {
      rows: marked,
      version,
    });
    const after = await readKeyState(client, projection, parked.key);
    await client.query('rollback');
    const effect = compareKeyStates(before, after);
    return { missing, result: { applied, removed, tried: rows.length, fault, effect } };
  });
}
