import type pg from 'pg';
import type { Logger } from 'pino';
import type { BatchResult, KafkaRecord, MessageBatch } from '@eventfleet/kafka';
import { oneByOne, pipeline, type Statement, withArrayTexts, withClient } from '@eventfleet/postgres';
import { failpoint, isArmed } from '@eventfleet/resilience';
import { BatchOpening, type OpenedBatch } from './batch-opening.js';
import { type AppliedEvents, BatchReport, summaryOf } from './batch-report.js';
import { decodeRecord } from './decode-record.js';
import { isPermanent } from './is-permanent.js';
import { isolate } from './isolation.js';
import { parkRecords, type Parking } from './parking-statements.js';
import { firstOf, PartitionAttempts } from './partition-attempts.js';
import { saveCheckpoint, saveVersions } from './projection-statements.js';
import { batchDuration } from './projection.metrics.js';
import { isReading, type RunnableProjection } from './projection.js';
import { selectRecords } from './select-records.js';

/** How often a batch with an event at fault is tried before it is taken apart. */
export const DEFAULT_MAX_ATTEMPTS = 5;

/**
 * What a transaction is still to write of a batch. It holds no events: those that live until the answer is there
 * outlive young collections, and cost more to collect than they cost to decode.
 */
interface Outcome {
  readonly next: bigint;
  readonly rows: readonly Statement[];
  readonly applied: AppliedEvents;
  readonly parked: readonly Parking[];
}

type Work = (client: pg.ClientBase, opened: OpenedBatch, fresh: readonly KafkaRecord[]) => Promise<Outcome>;

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
    if (batch.messages.length === 0) return { next: await this.opening.peek(this.pool, name, batch) };
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
      return await this.transact(projection, batch, async (client, { known }, fresh) => {
        const received = fresh.map((record) => decodeRecord(name, batch.partition, record));
        const { events, versions, behind } = selectRecords(name, received, known);
        const rows: Statement[] = [];
        if (events.length > 0) {
          // Nothing is awaited where nothing is read.
          const statements = isReading(projection)
            ? await projection.readAndPrepare(client, events, batch.partition)
            : projection.prepare(events, batch.partition);
          rows.push(...statements, saveVersions(name, versions));
        }
        return {
          next: batch.lastOffset + 1n,
          rows: rows.map(withArrayTexts),
          applied: summaryOf(events),
          parked: behind,
        };
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
        const received = fresh.map((record) => decodeRecord(projection.name, batch.partition, record));
        const { next, applied, versions, parked } = await isolate(
          client,
          projection,
          portion,
          received,
          known,
        );
        const rows = versions.size > 0 ? [saveVersions(projection.name, versions)] : [];
        return { next, rows, applied: summaryOf(applied), parked };
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
        // Seldom anything lies below the checkpoint, and an offset costs its parsing.
        const isAllFresh = batch.firstOffset === opened.next;
        const fresh = isAllFresh
          ? batch.messages
          : batch.messages.filter(({ offset }) => offset >= opened.next);
        const outcome = await work(client, opened, fresh);
        const writes = this.writes(name, batch, outcome);
        await (isArmed() ? oneByOne(client, writes) : pipeline(client, writes));
        failpoint('between commit and offset');
        const isWhole = outcome.next > batch.lastOffset;
        const handled = isWhole ? fresh : fresh.filter(({ offset }) => offset < outcome.next);
        this.report.applied(name, batch, outcome, handled.length);
        return { next: outcome.next };
      } catch (error) {
        await client.query('rollback').catch(() => undefined);
        throw error;
      }
    });
  }

  private *writes(
    projection: string,
    batch: MessageBatch,
    { next, rows, parked }: Outcome,
  ): Generator<Statement | string> {
    const key = { projection, topic: batch.topic, partition: batch.partition };
    yield* rows;
    if (parked.length > 0) yield* parkRecords(key, parked, this.attempts.max);
    failpoint('between rows and checkpoint');
    yield saveCheckpoint(key, next, batch.identity);
    failpoint('between checkpoint and commit');
    yield 'commit';
  }
}
