import { setTimeout as delay } from 'node:timers/promises';
import { withTopicLog, type TopicLog } from '@eventfleet/kafka';
import { createPool, endPool, sqlState, withClient } from '@eventfleet/postgres';
import type pg from 'pg';
import { ProjectionRuntime } from '../runtime/projection-runtime.js';
import { lockCheckpoint, type CheckpointRow } from '../runtime/projection-statements.js';
import { RecordVerifier } from '../verification/record-verifier.js';
import { catchUp, type CatchUpOptions } from './catch-up.js';
import { readOffsets, recordsBetween, toOffset, type CheckpointsOf, type Offsets } from './checkpoints.js';
import { LIVE_SCHEMA, schemaOf, type GenerationName } from './generation.js';
import type { RebuildContext } from './rebuild-context.js';
import { RebuildError } from './rebuild.errors.js';

/** Between the partitions that are worked on at a time. */
const CONNECTIONS = 4;
const TIMEOUT_MS = 30_000;
/** The projector may have to wait for so long: less than what ends its statements. */
const LONGEST_HOLD_MS = 4_000;
const LOCK_TIMEOUT_MS = 2_000;
const DEADLINE_MS = 60_000;
const ASK_AGAIN_MS = 100;
const LOCK_NOT_AVAILABLE = '55P03';

/** Both generations, and what brings the one up to the other. */
export interface LevelContext {
  readonly context: RebuildContext;
  readonly schema: string;
  readonly log: TopicLog;
  readonly checkpoints: CheckpointsOf;
  readonly options: CatchUpOptions;
}

/** Opens Kafka and a pool on the schema of a generation, for as long as `work` takes. */
export async function withLevelContext<T>(
  context: RebuildContext,
  generation: GenerationName,
  signal: AbortSignal,
  work: (level: LevelContext) => Promise<T>,
): Promise<T> {
  const { projection, topic, kafka, readStoreUrl } = context;
  const schema = schemaOf(projection.name, generation);
  const pool = createPool({
    url: readStoreUrl,
    applicationName: 'eventfleet-rebuild',
    max: CONNECTIONS,
    schema,
    timeoutMs: TIMEOUT_MS,
    pipeline: true,
    // A crash of the server loses rows and checkpoint together, if at all.
    synchronousCommit: false,
  });
  try {
    return await withTopicLog(kafka, topic, (log) => {
      const runtime = createRuntime(context, pool);
      const checkpoints = { projection: projection.name, topic, identity: log.identity };
      const options = { projection, schema, pool, runtime, log, topic, signal };
      return work({ context, schema, log, checkpoints, options });
    });
  } finally {
    await endPool(pool);
  }
}

/** Records that the event store never wrote, or nobody signed, are left out. The projector has set them aside, or will. */
function createRuntime({ source, isAuthentic, logger }: RebuildContext, pool: pg.Pool): ProjectionRuntime {
  const verifier = new RecordVerifier({
    sourceOf: () => source,
    setAside: async () => undefined,
    isAuthentic,
    logger,
  });
  return new ProjectionRuntime(pool, logger, { verifier });
}

/** Brings a generation up to where the live one is now. It goes on being behind while the live one moves. */
export async function catchUpWithLive(
  { context, checkpoints, options }: LevelContext,
  onProgress?: (recordsLeft: bigint) => Promise<void>,
): Promise<void> {
  const live = await readOffsets(context.readStore, LIVE_SCHEMA, checkpoints);
  await catchUp({ ...options, ...(onProgress && { onProgress }) }, live);
}

/** How an attempt to hold both generations level ended. */
type Attempt<T> =
  | { readonly kind: 'done'; readonly value: T }
  /** The other generation is ahead, or the live one too far ahead to be reached while it is held. */
  | { readonly kind: 'not-level' }
  /** Another transaction holds a lock. */
  | { readonly kind: 'busy' };

/**
 * Brings a generation up to the live one, and stops the live one there while `work` runs: nothing is applied to either
 * of them then. Queries go on. The projector waits for at most some seconds. If `work` fails because a lock is not
 * available, all of it is tried again.
 * @param allowAhead whether the other generation may be ahead of the live one; if not, it is waited for
 * @param work gets the client whose transaction holds the live checkpoints; without a commit it is rolled back
 * @throws RebuildError `not-level`, `tables-busy` if that was so for a minute
 */
export async function holdLevel<T>(
  level: LevelContext,
  { allowAhead }: { readonly allowAhead: boolean },
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + DEADLINE_MS;
  for (;;) {
    await catchUpWithLive(level);
    const attempt: Attempt<T> =
      allowAhead || !(await isAhead(level))
        ? await tryToHold(level, allowAhead, work)
        : { kind: 'not-level' };
    if (attempt.kind === 'done') return attempt.value;
    level.options.signal.throwIfAborted();
    if (performance.now() > deadline) {
      throw tooLong(attempt.kind, allowAhead, level.checkpoints.projection);
    }
    await delay(ASK_AGAIN_MS);
  }
}

function tooLong(kind: 'not-level' | 'busy', allowAhead: boolean, projection: string): RebuildError {
  if (kind === 'busy') {
    return new RebuildError(
      'tables-busy',
      `transactions have held the tables of ${projection} for a minute: see pg_stat_activity, then try again`,
    );
  }
  if (allowAhead) {
    return new RebuildError(
      'not-level',
      `the other generation of ${projection} cannot catch up with the live one under this load: try again when there is less`,
    );
  }
  return new RebuildError(
    'not-level',
    `the live ${projection} has not come to where its other generation is within a minute: ` +
      'see that the projector runs, then try again',
  );
}

async function isAhead({ context, schema, checkpoints }: LevelContext): Promise<boolean> {
  const live = await readOffsets(context.readStore, LIVE_SCHEMA, checkpoints);
  const other = await readOffsets(context.readStore, schema, checkpoints);
  return recordsBetween(live, other) > 0n;
}

async function tryToHold<T>(
  level: LevelContext,
  allowAhead: boolean,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<Attempt<T>> {
  return withClient(level.context.readStore, async (client) => {
    try {
      await client.query('begin');
      // Ends the transaction, and with it the wait of the projector, if this process does not go on.
      await client.query(`set local transaction_timeout = '${2 * LONGEST_HOLD_MS}ms'`);
      await client.query(`set local lock_timeout = '${LOCK_TIMEOUT_MS}ms'`);
      const live = await lockLive(client, level.checkpoints);
      await withinHold(level, (held) => catchUp(held, live));
      const other = await readOffsets(client, level.schema, level.checkpoints);
      if (!allowAhead && recordsBetween(live, other) > 0n) return { kind: 'not-level' };
      return { kind: 'done', value: await work(client) };
    } catch (error) {
      if (sqlState(error) === LOCK_NOT_AVAILABLE) return { kind: 'busy' };
      if (error instanceof HoldOver) return { kind: 'not-level' };
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

/** The live generation was held for as long as it may be. */
class HoldOver extends Error {}

async function withinHold(
  { options }: LevelContext,
  work: (held: CatchUpOptions) => Promise<void>,
): Promise<void> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(new HoldOver()), LONGEST_HOLD_MS);
  try {
    await work({ ...options, signal: AbortSignal.any([options.signal, over.signal]) });
  } finally {
    clearTimeout(timer);
  }
}
