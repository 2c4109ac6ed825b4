import { setTimeout as delay } from 'node:timers/promises';
import { sqlState, withClient } from '@eventfleet/postgres';
import type pg from 'pg';
import { lockCheckpoint, type CheckpointRow } from '../runtime/projection-statements.js';
import { catchUp, type CatchUpOptions } from './catch-up.js';
import { readOffsets, recordsBetween, toOffset, type CheckpointsOf, type Offsets } from './checkpoints.js';
import { catchUpWithLive, type GenerationContext } from './generation-context.js';
import { LIVE_SCHEMA } from './generation.js';
import { RebuildError } from './rebuild.errors.js';

/** The projector may have to wait for so long: less than what ends its statements. */
const LONGEST_PAUSE_MS = 4_000;
const LOCK_TIMEOUT_MS = 2_000;
const DEADLINE_MS = 60_000;
const ASK_AGAIN_MS = 100;
const LOCK_NOT_AVAILABLE = '55P03';

/** How an attempt to pause the live generation at the offsets of the other one ended. */
type Attempt<T> =
  | { readonly kind: 'done'; readonly value: T }
  /** The other generation is ahead, or the live one too far ahead to be reached while it is paused. */
  | { readonly kind: 'not-caught-up' }
  /** Another transaction holds a lock. */
  | { readonly kind: 'busy' };

/**
 * Brings a generation to the offsets of the live one, and pauses the live one there while `work` runs: nothing is
 * applied to either of them then. Queries go on. The projector waits for at most some seconds. If `work` fails because a
 * lock is not available, all of it is tried again.
 * @param allowAhead whether the other generation may be ahead of the live one; if not, it is waited for
 * @param work gets the client whose transaction holds the live checkpoints; without a commit it is rolled back
 * @throws RebuildError `not-caught-up`, `tables-busy` if that was so for a minute
 */
export async function withLivePaused<T>(
  generations: GenerationContext,
  { allowAhead }: { readonly allowAhead: boolean },
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + DEADLINE_MS;
  for (;;) {
    await catchUpWithLive(generations);
    const attempt: Attempt<T> =
      allowAhead || !(await isAhead(generations))
        ? await tryWithLivePaused(generations, allowAhead, work)
        : { kind: 'not-caught-up' };
    if (attempt.kind === 'done') return attempt.value;
    generations.options.signal.throwIfAborted();
    if (performance.now() > deadline) {
      throw tooLong(attempt.kind, allowAhead, generations.checkpoints.projection);
    }
    await delay(ASK_AGAIN_MS);
  }
}

function tooLong(kind: 'not-caught-up' | 'busy', allowAhead: boolean, projection: string): RebuildError {
  if (kind === 'busy') {
    return new RebuildError(
      'tables-busy',
      `transactions have held the tables of ${projection} for a minute: see pg_stat_activity, then try again`,
    );
  }
  if (allowAhead) {
    return new RebuildError(
      'not-caught-up',
      `the other generation of ${projection} cannot catch up with the live one under this load: try again when there is less`,
    );
  }
  return new RebuildError(
    'not-caught-up',
    `the live ${projection} has not come to where its other generation is within a minute: ` +
      'see that the projector runs, then try again',
  );
}

async function isAhead({ context, schema, checkpoints }: GenerationContext): Promise<boolean> {
  const live = await readOffsets(context.readStore, LIVE_SCHEMA, checkpoints);
  const other = await readOffsets(context.readStore, schema, checkpoints);
  return recordsBetween(live, other) > 0n;
}

async function tryWithLivePaused<T>(
  generations: GenerationContext,
  allowAhead: boolean,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<Attempt<T>> {
  return withClient(generations.context.readStore, async (client) => {
    try {
      await client.query('begin');
      // Ends the transaction, and with it the wait of the projector, if this process does not go on.
      await client.query(`set local transaction_timeout = '${2 * LONGEST_PAUSE_MS}ms'`);
      await client.query(`set local lock_timeout = '${LOCK_TIMEOUT_MS}ms'`);
      const live = await lockLive(client, generations.checkpoints);
      await withinPause(generations, (options) => catchUp(options, live));
      const other = await readOffsets(client, generations.schema, generations.checkpoints);
      if (!allowAhead && recordsBetween(live, other) > 0n) return { kind: 'not-caught-up' };
      return { kind: 'done', value: await work(client) };
    } catch (error) {
      if (sqlState(error) === LOCK_NOT_AVAILABLE) return { kind: 'busy' };
      if (error instanceof PauseOver) return { kind: 'not-caught-up' };
      throw error;
    } finally {
      await client.query('rollback').catch(() => undefined);
    }
  });
}

/** Locks every live checkpoint, and makes those that are not there: their first batch waits, too. */
async function lockLive(
  client: pg.ClientBase,
  { projection, topic, identity }: CheckpointsOf,
): Promise<Offsets> {
  const offsets = new Map<number, bigint>();
  for (let partition = 0; partition < identity.partitions; partition++) {
    const { rows } = await client.query<CheckpointRow>(lockCheckpoint({ projection, topic, partition }));
    offsets.set(partition, toOffset(rows[0], identity));
  }
  return offsets;
}

/** The live generation was paused for as long as it may be. */
class PauseOver extends Error {}

async function withinPause(
  { options }: GenerationContext,
  work: (options: CatchUpOptions) => Promise<void>,
): Promise<void> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(new PauseOver()), LONGEST_PAUSE_MS);
  try {
    await work({ ...options, signal: AbortSignal.any([options.signal, over.signal]) });
  } finally {
    clearTimeout(timer);
  }
}
