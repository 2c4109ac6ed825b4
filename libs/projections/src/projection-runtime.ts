import type pg from 'pg';
import type { Logger } from 'pino';
import type { RecordedEvent } from '@eventfleet/contracts';
import type { BatchResult, MessageBatch } from '@eventfleet/kafka';
import { oneByOne, pipeline, withArrayTexts, withClient, type Statement } from '@eventfleet/postgres';
import { failpoint, isArmed } from '@eventfleet/resilience';
import { BatchOpening, type OpenedBatch } from './batch-opening.js';
import { BatchReport, tell, type AppliedBatch } from './batch-report.js';
import { decodeRecord, type ReceivedRecord } from './decode-record.js';
import { isPermanent } from './is-permanent.js';
import { isolate } from './isolation.js';
import { parkRecords, type Parking } from './parking-statements.js';
import { firstOf, PartitionAttempts } from './partition-attempts.js';
import { saveCheckpoint, saveVersions } from './projection-statements.js';
import { batchDuration } from './projection.metrics.js';
import type { RunnableProjection } from './projection.js';
import { selectRecords } from './select-records.js';

/** How often a batch with an event at fault is tried before it is taken apart. */
export const DEFAULT_MAX_ATTEMPTS = 5;

/** What a transaction is to write of a batch. */
interface Outcome {
  readonly next: bigint;
  readonly rows: readonly Statement[];
  readonly applied: readonly RecordedEvent[];
  readonly versions: ReadonlyMap<string, number>;
  readonly parked: readonly Parking[];
}

/** What is sent to the database, and what is told once it is committed. */
interface Plan {
  readonly next: bigint;
  readonly statements: readonly Statement[];
  readonly told: AppliedBatch;
}

type Work = (
  client: pg.ClientBase,
  opened: OpenedBatch,
  fresh: readonly ReceivedRecord[],
) => Promise<Outcome>;

/**
 * Applies batches to read models with exactly-once effect: rows, versions and checkpoint are one transaction, which
 * first locks the checkpoint's row. Whoever brings a batch, however late and however often, it counts from the
 * checkpoint on: above it nothing is written and the consumer is sent back, below it the start is dropped. So a
 * consumer that has lost its partition cannot write. What Kafka holds as the group's offset plays no part.
 *
 * An event that cannot be applied stops its own key and nothing else: after some attempts its batch is isolated, the
 * event is parked in the transaction of the checkpoint, and whatever comes later for that key goes behind it.
 */
export class ProjectionRuntime {
  private readonly opening: BatchOpening;
  private readonly report: BatchReport;
  private readonly attempts: PartitionAttempts;

  /** @param pool with pipelining clients, one for each partition that is worked on at a time */
  constructor(
    private readonly pool: pg.Pool,
    logger: Logger,
    { maxAttempts = DEFAULT_MAX_ATTEMPTS }: { readonly maxAttempts?: number } = {},
  ) {
    this.opening = new BatchOpening(logger);
    this.report = new BatchReport(logger);
    this.attempts = new PartitionAttempts(maxAttempts);
  }

  /**
   * @returns the offset to go on from; for a batch without messages that is where the checkpoint stands
   * @throws ProjectionError, ContractError or the database's error for an event that cannot be applied, below the last
   *   attempt; a transient failure always. Nothing is written then, or, where a commit's answer was lost, all of it:
   *   the checkpoint tells at the next attempt
   */
  async apply(projection: RunnableProjection, batch: MessageBatch): Promise<BatchResult> {
    const { name } = projection;
    const stop = batchDuration.startTimer({ projection: name });
    const result = await this.applyOrIsolate(projection, batch);
    this.attempts.succeeded(name, batch, result.next);
    stop();
    return result;
  }

  private async applyOrIsolate(projection: RunnableProjection, batch: MessageBatch): Promise<BatchResult> {
    const { name } = projection;
    if (this.attempts.isIsolating(name, batch)) return this.isolate(projection, batch);
    try {
      return await this.transact(projection, batch, async (_, { known }, fresh) => {
        const { events, versions, behind } = selectRecords(name, fresh, known);
        const rows = events.length > 0 ? projection.prepare(events, batch.partition) : [];
        return { next: batch.lastOffset + 1n, rows, applied: events, versions, parked: behind };
      });
    } catch (error) {
      if (!isPermanent(error) || !this.attempts.failed(name, batch)) throw error;
    }
    return this.isolate(projection, batch);
  }

  /** A portion of the batch: the consumer is sent to where it ends. */
  private async isolate(projection: RunnableProjection, batch: MessageBatch): Promise<BatchResult> {
    const portion = firstOf(batch, this.attempts.portion(projection.name, batch));
    try {
      return await this.transact(projection, portion, async (client, { known }, fresh) => {
        const isolated = await isolate(client, projection, portion, fresh, known);
        return { ...isolated, rows: [] };
      });
    } catch (error) {
      this.attempts.isolationFailed(projection.name, batch, error);
      throw error;
    }
  }

  private async transact(
    projection: RunnableProjection,
    batch: MessageBatch,
    work: Work,
  ): Promise<BatchResult> {
    const { name } = projection;
    return withClient(this.pool, async (client) => {
      try {
        const opened = await this.opening.open(client, name, batch);
        if (!opened.isDue) return { next: opened.next };
        const { next, statements, told } = await this.plan(client, name, batch, opened, work);
        const writes = writesOf(name, batch, next, statements);
        await (isArmed() ? oneByOne(client, writes) : pipeline(client, writes));
        failpoint('between commit and offset');
        this.report.applied(name, batch, told);
        return { next };
      } catch (error) {
        await client.query('rollback').catch(() => undefined);
        throw error;
      }
    });
  }

  /**
   * Decodes as late as this, and lets the events go before the commit is answered: a batch of events that outlives
   * young collections costs more to collect than it costs to decode.
   */
  private async plan(
    client: pg.ClientBase,
    projection: string,
    batch: MessageBatch,
    opened: OpenedBatch,
    work: Work,
  ): Promise<Plan> {
    const fresh = decodeFresh(projection, batch, opened.next);
    const { next, rows, applied, versions, parked } = await work(client, opened, fresh);
    const isWhole = next > batch.lastOffset;
    const handled = isWhole ? fresh.length : fresh.filter(({ record }) => record.offset < next).length;
    const key = { projection, topic: batch.topic, partition: batch.partition };
    return {
      next,
      statements: [
        ...rows.map(withArrayTexts),
        ...(versions.size > 0 ? [withArrayTexts(saveVersions(projection, versions))] : []),
        ...(parked.length > 0 ? parkRecords(key, parked, this.attempts.max) : []),
      ],
      told: tell(next, applied, parked, handled),
    };
  }
}

function* writesOf(
  projection: string,
  { topic, partition, identity }: MessageBatch,
  next: bigint,
  statements: readonly Statement[],
): Generator<Statement | string> {
  yield* statements;
  failpoint('between rows and checkpoint');
  yield saveCheckpoint({ projection, topic, partition }, next, identity);
  failpoint('between checkpoint and commit');
  yield 'commit';
}

/** The records from the checkpoint on. */
function decodeFresh(projection: string, batch: MessageBatch, next: bigint): ReceivedRecord[] {
  // Seldom anything lies below the checkpoint, and an offset costs its parsing.
  const isAllFresh = batch.firstOffset === next;
  const fresh = isAllFresh ? batch.messages : batch.messages.filter(({ offset }) => offset >= next);
  return fresh.map((record) => decodeRecord(projection, batch.partition, record));
}
