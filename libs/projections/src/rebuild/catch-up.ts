import { setTimeout as delay } from 'node:timers/promises';
import type { MessageBatch, TopicLog } from '@eventfleet/kafka';
import { isTransient } from '@eventfleet/resilience';
import type pg from 'pg';
import type { FoldingProjection } from '../projection.js';
import type { ProjectionRuntime } from '../runtime/projection-runtime.js';
import { saveCheckpoint } from '../runtime/projection-statements.js';
import { readOffsets, recordsBetween, type Offsets } from './checkpoints.js';
import { RebuildError } from './rebuild.errors.js';

const CHUNK_SIZE = 1_000;
const RETRY_MS = 200;
/** Failures in a row, of one partition. With the runtime's own attempts before an event is parked, it is enough. */
const MOST_FAILURES = 25;

export interface CatchUpOptions {
  readonly projection: FoldingProjection;
  readonly schema: string;
  /** On that schema. */
  readonly pool: pg.Pool;
  readonly runtime: ProjectionRuntime;
  readonly log: TopicLog;
  readonly topic: string;
  readonly signal: AbortSignal;
  readonly onProgress?: (recordsLeft: bigint) => Promise<void>;
}

/**
 * Applies the records of a topic to a generation, up to the given offsets and not beyond: by the runtime, so exactly
 * once, whatever was applied before.
 * @throws RebuildError `not-caught-up` if Kafka's log ends before the offsets; the signal's reason when it aborts
 */
export async function catchUp(options: CatchUpOptions, targets: Offsets): Promise<void> {
  const { projection, schema, pool, topic, log, signal, onProgress } = options;
  const checkpoints = { projection: projection.name, topic, identity: log.identity };
  const next = new Map(await readOffsets(pool, schema, checkpoints));
  const failures = new Map<number, number>();
  for (;;) {
    signal.throwIfAborted();
    const left = recordsBetween(next, targets);
    await onProgress?.(left);
    if (left === 0n) return;
    const behind = new Map([...next].filter(([partition, at]) => at < (targets.get(partition) ?? 0n)));
    const batches = await log.read(behind).catch(async (error: unknown) => {
      await requireLog(log, targets);
      throw error;
    });
    if (batches.length === 0) await requireLog(log, targets);
    await Promise.all(
      batches.map(async (batch) => {
        try {
          next.set(batch.partition, await apply(options, batch, targets.get(batch.partition)!));
          failures.delete(batch.partition);
        } catch (error) {
          await countFailure(failures, batch.partition, error);
        }
      }),
    );
  }
}

/** @returns where to go on */
async function apply(options: CatchUpOptions, batch: MessageBatch, target: bigint): Promise<bigint> {
  let next = batch.firstOffset;
  for (const chunk of chunksOf(batch, target)) {
    options.signal.throwIfAborted();
    next = chunk.messages.length > 0 ? await applyChunk(options, chunk) : await passOver(options, chunk);
    if (next !== chunk.lastOffset + 1n) return next;
  }
  return next;
}

async function applyChunk({ runtime, projection }: CatchUpOptions, chunk: MessageBatch): Promise<bigint> {
  const { next } = await runtime.apply(projection, chunk);
  return next;
}

/** The runtime takes no batch without records: here lie only the marks of a transaction, which nobody is shown. */
async function passOver({ pool, projection }: CatchUpOptions, chunk: MessageBatch): Promise<bigint> {
  const { topic, partition, identity } = chunk;
  const next = chunk.lastOffset + 1n;
  await pool.query(saveCheckpoint({ projection: projection.name, topic, partition }, next, identity));
  return next;
}

/** The batch up to an offset, in pieces that fit into a transaction. */
function* chunksOf(batch: MessageBatch, target: bigint): Generator<MessageBatch> {
  const wanted = batch.messages.filter(({ offset }) => offset < target);
  const end = batch.lastOffset < target ? batch.lastOffset : target - 1n;
  let firstOffset = batch.firstOffset;
  for (let index = 0; firstOffset <= end; index += CHUNK_SIZE) {
    const messages = wanted.slice(index, index + CHUNK_SIZE);
    const isRest = index + CHUNK_SIZE >= wanted.length;
    const lastOffset = isRest ? end : messages.at(-1)!.offset;
    yield { ...batch, messages, firstOffset, lastOffset };
    firstOffset = lastOffset + 1n;
  }
}

async function countFailure(failures: Map<number, number>, partition: number, error: unknown): Promise<void> {
  const count = (failures.get(partition) ?? 0) + 1;
  failures.set(partition, count);
  if (count > MOST_FAILURES) throw error;
  if (isTransient(error)) await delay(RETRY_MS);
}

/** A live checkpoint beyond the log's end is one of a Kafka that has lost its tail. The projector then goes back itself. */
async function requireLog(log: TopicLog, targets: Offsets): Promise<void> {
  const ends = await log.ends();
  for (const [partition, target] of targets) {
    const end = ends.get(partition)?.end ?? 0n;
    if (end >= target) continue;
    throw new RebuildError(
      'not-caught-up',
      `partition ${partition} ends at ${end}, below the live checkpoint ${target}: Kafka has lost records; ` +
        'wait until the projector has noticed it, then try again',
    );
  }
}
