import type pg from 'pg';
import type { Logger } from 'pino';
import {
  traceparentOfRecord,
  type BatchResult,
  type KafkaRecord,
  type MessageBatch,
} from '@eventfleet/kafka';
import { traceExemplar } from '@eventfleet/observability';
import { withPipelinedTransaction } from '@eventfleet/postgres';
import type { RevealEvents } from '../event-source.js';
import { isPermanent } from '../parking/is-permanent.js';
import { isolateFaults } from '../parking/isolate-faults.js';
import { parkRecords } from '../parking/park-records.js';
import { PartitionAttempts, takeFirst } from '../parking/partition-attempts.js';
import { isReading, type RunnableProjection } from '../projection.js';
import type { RecordVerifier } from '../record-verification/record-verifier.js';
import { BatchReport, summaryOf } from './batch-report.js';
import { commitBatches } from './commit-batches.js';
import { CheckpointLock } from './checkpoint-lock.js';
import { classifyRecords, type KeyStates } from './classify-records.js';
import { contributionsOf } from './contributions.js';
import { decodeRecords, type DecodedRecord } from './decode-record.js';
import { classifyOrDoubt, DoubtfulBatch, prepareWhole, type BatchWrites } from './prepare-batch.js';
import { saveCheckpoint, saveVersions } from './projection-statements.js';
import { batchDuration } from './projection.metrics.js';
import { revealRecords } from './reveal-records.js';
import { SharedTransaction } from './shared-transaction.js';
import { traceBatch, traceParked, type TracedBatch } from './traced-batch.js';

/** How often a batch with an event at fault is tried before it is taken apart. */
export const DEFAULT_MAX_ATTEMPTS = 5;

/** Makes the writes of a batch; what it writes itself on the client belongs to the same transaction. */
type PrepareWrites = (
  client: pg.ClientBase,
  records: readonly KafkaRecord[],
  keys: KeyStates,
) => Promise<BatchWrites>;

export interface ProjectionRuntimeOptions {
  readonly maxAttempts?: number;
  /** Without one every record is taken for an event of the store. */
  readonly verifier?: RecordVerifier | undefined;
  /** Undefined if the data of records is never encrypted. */
  readonly reveal?: RevealEvents | undefined;
}

/**
 * Applies batches to read models with exactly-once effect. One transaction locks the checkpoint's row, then writes
 * rows, versions and checkpoint. A batch counts from the checkpoint on, whoever brings it, however late and how often.
 * If it starts above the checkpoint, nothing is written and the consumer is sent back. If it starts below, its start is
 * dropped. So a consumer that has lost its partition cannot write. The group's offset in Kafka plays no part.
 *
 * Small batches of several partitions and projections share a transaction, if all is plain: see `SharedTransaction`.
 *
 * An event that cannot be applied stops its own key and nothing else. After some attempts the faults of its batch are
 * isolated: the event is parked in the transaction of the checkpoint, and later events of its key are parked behind it.
 */
export class ProjectionRuntime {
  private readonly checkpoints: CheckpointLock;
  private readonly report: BatchReport;
  private readonly attempts: PartitionAttempts;
  private readonly shared: SharedTransaction;
  private readonly verifier: RecordVerifier | undefined;
  private readonly reveal: RevealEvents | undefined;

  /** @param pool with pipelining clients, one for each partition that is worked on at a time */
  constructor(
    private readonly pool: pg.Pool,
    logger: Logger,
    { maxAttempts = DEFAULT_MAX_ATTEMPTS, verifier, reveal }: ProjectionRuntimeOptions = {},
  ) {
    this.checkpoints = new CheckpointLock(logger);
    this.report = new BatchReport(logger);
    this.attempts = new PartitionAttempts(maxAttempts);
    this.verifier = verifier;
    this.reveal = reveal;
    this.shared = new SharedTransaction({ pool, report: this.report, verifier, reveal });
  }

  /**
   * @returns the offset to go on from; for a batch without messages that is the checkpoint
   * @throws ProjectionError, ContractError or the database's error for an event that cannot be applied, before the last
   *   attempt; a transient failure always. Nothing is written then. If the answer of a commit was lost, all of it may be
   *   written: the next attempt finds out by the checkpoint
   */
  async apply(projection: RunnableProjection, batch: MessageBatch): Promise<BatchResult> {
    const { name } = projection;
    if (batch.messages.length === 0) return { next: await this.checkpoints.read(this.pool, name, batch) };
    const stop = batchDuration.startTimer({ projection: name }, {});
    const result = await traceBatch(name, batch, (traced) => this.applyOrIsolate(projection, traced));
    this.attempts.recordProgress(name, batch, result.next);
    stop({}, traceExemplar(batch.messages, traceparentOfRecord));
    return result;
  }

  private async applyOrIsolate(projection: RunnableProjection, batch: TracedBatch): Promise<BatchResult> {
    const { name } = projection;
    // No attempt makes an unreadable record readable.
    const isUnreadable = batch.messages.some(({ unreadable }) => unreadable);
    if (isUnreadable || this.attempts.isIsolating(name, batch)) return this.applyIsolated(projection, batch);
    const shared = isReading(projection) ? undefined : await this.shared.apply(projection, batch);
    if (shared) return shared;
    try {
      return await this.applyWhole(projection, batch);
    } catch (error) {
      if (!isPermanent(error) || !this.attempts.recordFailure(name, batch)) throw error;
    }
    return this.applyIsolated(projection, batch);
  }

  /** Nearly every batch holds nothing but the next events of its keys. Any other is taken again, record by record. */
  private async applyWhole(projection: RunnableProjection, batch: TracedBatch): Promise<BatchResult> {
    try {
      return await this.transact(projection, batch, (client, records, keys) =>
        this.prepareUnlessDoubtful(client, projection, batch, records, keys),
      );
    } catch (error) {
      if (!(error instanceof DoubtfulBatch)) throw error;
    }
    return this.transact(projection, batch, async (client, records, keys) => {
      const decoded = await this.verify(client, projection, batch, records, keys);
      return prepareWhole(client, projection, batch, classifyRecords(projection.name, decoded, keys));
    });
  }

  /** @throws DoubtfulBatch if a record is not, or may not be, the next event of its key in the event store */
  private async prepareUnlessDoubtful(
    ...args: Parameters<ProjectionRuntime['startToPrepare']>
  ): Promise<BatchWrites> {
    const [client, projection, batch, records, keys] = args;
    const { writes, areKnown } = this.reveal
      ? this.startWith(client, projection, batch, await this.decode(projection, batch, records), keys)
      : this.startToPrepare(...args);
    const prepared = await writes;
    if (areKnown && !(await areKnown)) throw new DoubtfulBatch();
    return prepared;
  }

  /** Not async: nothing keeps the events while the answers are awaited. */
  private startToPrepare(
    client: pg.ClientBase,
    projection: RunnableProjection,
    batch: TracedBatch,
    records: readonly KafkaRecord[],
    keys: KeyStates,
  ) {
    return this.startWith(client, projection, batch, decodeRecords(projection.name, batch, records), keys);
  }

  private startWith(
    client: pg.ClientBase,
    projection: RunnableProjection,
    batch: TracedBatch,
    decoded: readonly DecodedRecord[],
    keys: KeyStates,
  ) {
    const areKnown = this.verifier?.ask(projection, decoded);
    const classify = areKnown ? classifyOrDoubt : classifyRecords;
    return {
      writes: prepareWhole(client, projection, batch, classify(projection.name, decoded, keys)),
      areKnown,
    };
  }

  private async verify(
    client: pg.ClientBase,
    projection: RunnableProjection,
    batch: TracedBatch,
    records: readonly KafkaRecord[],
    keys: KeyStates,
  ): Promise<readonly DecodedRecord[]> {
    const decoded = await this.decode(projection, batch, records);
    return (await this.verifier?.verify(client, projection, batch, decoded, keys)) ?? decoded;
  }

  private async decode(
    { name }: RunnableProjection,
    batch: TracedBatch,
    records: readonly KafkaRecord[],
  ): Promise<readonly DecodedRecord[]> {
    const decoded = decodeRecords(name, batch, records);
    return this.reveal ? revealRecords(name, decoded, this.reveal) : decoded;
  }

  /** Applies a chunk of the batch; the consumer goes on where the chunk ends. */
  private async applyIsolated(projection: RunnableProjection, batch: TracedBatch): Promise<BatchResult> {
    const { name } = projection;
    const chunk = takeFirst(batch, this.attempts.chunkSize(name, batch));
    try {
      return await this.transact(projection, chunk, async (client, records, keys) => {
        const decoded = await this.verify(client, projection, chunk, records, keys);
        const { nextOffset, events, applied, parked } = await isolateFaults(
          client,
          projection,
          chunk,
          decoded,
          keys,
        );
        const contributions = contributionsOf(projection, events);
        const statements = applied.size > 0 ? [saveVersions(name, applied, contributions)] : [];
        return { nextOffset, statements, applied: summaryOf(events), parked };
      });
    } catch (error) {
      this.attempts.recordIsolationFailure(name, batch, error);
      throw error;
    }
  }

  /** Locks the checkpoint, has the writes made for the records at and above it, commits and reports. */
  private async transact(
    { name }: RunnableProjection,
    batch: TracedBatch,
    prepareWrites: PrepareWrites,
  ): Promise<BatchResult> {
    return withPipelinedTransaction(this.pool, async (client) => {
      const { nextOffset, isDue, keys } = await this.checkpoints.lock(client, name, batch);
      if (!isDue) return { next: nextOffset };
      // A batch rarely starts below the checkpoint, and to read an offset costs its parsing.
      const isAllNew = batch.firstOffset === nextOffset;
      const records = isAllNew ? batch.messages : batch.messages.filter(({ offset }) => offset >= nextOffset);
      const writes = await prepareWrites(client, records, keys);
      await this.commit(client, name, batch, writes);
      const isWhole = writes.nextOffset > batch.lastOffset;
      const handled = isWhole ? records : records.filter(({ offset }) => offset < writes.nextOffset);
      this.report.committed(name, batch, writes, handled.length);
      traceParked(batch, writes.parked);
      return { next: writes.nextOffset };
    });
  }

  private commit(
    client: pg.ClientBase,
    projection: string,
    { topic, partition, identity }: MessageBatch,
    { nextOffset, statements, parked }: BatchWrites,
  ): Promise<void> {
    const key = { projection, topic, partition };
    const rows = [...statements, ...(parked.length > 0 ? parkRecords(key, parked, this.attempts.max) : [])];
    return commitBatches(client, rows, saveCheckpoint(key, nextOffset, identity));
  }
}
