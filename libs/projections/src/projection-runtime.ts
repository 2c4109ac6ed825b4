import type pg from 'pg';
import type { Logger } from 'pino';
import { fromCloudEvent, type RecordedEvent } from '@eventfleet/contracts';
import type { BatchResult, KafkaRecord, MessageBatch } from '@eventfleet/kafka';
import { pipeline, type Statement, withArrayTexts, withClient } from '@eventfleet/postgres';
import { LogTruncation } from './log-truncation.js';
import {
  lockCheckpoint,
  readVersions,
  saveCheckpoint,
  saveVersions,
  type CheckpointRow,
  type VersionRow,
} from './projection-statements.js';
import { ProjectionError } from './projection.errors.js';
import {
  batchDuration,
  batchSize,
  checkpointConflicts,
  eventsApplied,
  eventsRepeated,
} from './projection.metrics.js';
import type { RunnableProjection } from './projection.js';
import { selectNewEvents } from './select-new-events.js';

const LOGGED_CORRELATION_IDS = 20;

/** What is told of a batch once it is applied. */
interface AppliedEvents {
  readonly events: number;
  /** Of the first events, each once. */
  readonly correlationIds: readonly string[];
}

/**
 * Applies batches to read models with exactly-once effect: rows, versions and checkpoint are one transaction, which
 * first locks the checkpoint's row. Whoever brings a batch, however late and however often, it counts from the
 * checkpoint on: above it nothing is written and the consumer is sent back, below it the start is dropped. So a
 * consumer that has lost its partition cannot write. What Kafka holds as the group's offset plays no part.
 */
export class ProjectionRuntime {
  private readonly truncation = new LogTruncation();

  /** @param pool with pipelining clients, one for each partition that is worked on at a time */
  constructor(
    private readonly pool: pg.Pool,
    private readonly logger: Logger,
  ) {}

  /**
   * @returns the offset to go on from; for a batch without messages that is where the checkpoint stands
   * @throws ProjectionError or ContractError for an event that cannot be applied, or the database's error; nothing
   *   is written then, or, where a commit's answer was lost, all of it: the checkpoint tells at the next attempt
   */
  async apply(projection: RunnableProjection, batch: MessageBatch): Promise<BatchResult> {
    const stop = batchDuration.startTimer({ projection: projection.name });
    const result = await withClient(this.pool, (client) => this.applyOn(client, projection, batch));
    stop();
    return result;
  }

  private async applyOn(
    client: pg.ClientBase,
    projection: RunnableProjection,
    batch: MessageBatch,
  ): Promise<BatchResult> {
    const { name } = projection;
    const key = { projection: name, topic: batch.topic, partition: batch.partition };
    try {
      const [, checkpoint, saidVersions] = await pipeline(client, [
        'begin',
        lockCheckpoint(key),
        withArrayTexts(readVersions(name, keysOf(batch))),
      ]);
      const saved = nextOffset(checkpoint?.rows[0] as CheckpointRow, batch);
      if (batch.messages.length === 0) {
        await client.query('rollback');
        return { next: saved };
      }
      // What lies below the checkpoint then may be other events than those applied: the versions decide.
      const isTruncated = this.truncation.isCertain(name, batch, saved);
      if (isTruncated) this.reportConflict(projection, batch, saved);
      const next = isTruncated ? batch.firstOffset : saved;
      if (batch.firstOffset > next || batch.lastOffset < next) {
        // A batch that cannot be read fails, wherever it stands.
        for (const message of batch.messages) decode(projection, batch, message);
        await client.query('rollback');
        this.reportConflict(projection, batch, next);
        return { next };
      }
      if (batch.firstOffset < next) this.reportConflict(projection, batch, next);
      // Decoded as late as this, and let go of before the answer is there: a batch of events that outlives young
      // collections costs more to collect than it costs to decode.
      const fresh = batch.messages.filter(({ offset }) => offset >= next);
      const versions = new Map(
        ((saidVersions?.rows ?? []) as VersionRow[]).map((row) => [row.aggregate_id, row.version]),
      );
      const { statements, ...applied } = prepare(projection, batch, fresh, versions);
      const after = batch.lastOffset + 1n;
      await pipeline(client, [...statements, saveCheckpoint(key, after, batch.identity), 'commit']);
      this.reportApplied(projection, batch, applied, fresh.length);
      return { next: after };
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      throw error;
    }
  }

  private reportApplied(
    { name }: RunnableProjection,
    batch: MessageBatch,
    { events, correlationIds: ids }: AppliedEvents,
    received: number,
  ): void {
    eventsApplied.inc({ projection: name }, events);
    eventsRepeated.inc({ projection: name }, received - events);
    batchSize.observe({ projection: name }, events);
    this.logger.info(
      {
        projection: name,
        partition: batch.partition,
        offset: String(batch.lastOffset),
        events,
        ...(ids.length === 1 ? { correlationId: ids[0] } : { correlationIds: ids }),
      },
      'events applied',
    );
  }

  private reportConflict({ name }: RunnableProjection, batch: MessageBatch, next: bigint): void {
    const kind = batch.firstOffset > next ? 'ahead' : 'behind';
    checkpointConflicts.inc({ projection: name, kind });
    const offsets = { first: String(batch.firstOffset), checkpoint: String(next) };
    this.logger.warn(
      { projection: name, partition: batch.partition, kind, ...offsets },
      'batch not at the checkpoint',
    );
  }
}

/** A checkpoint of another topic or cluster says nothing about this one: it starts over, and versions drop repeats. */
function nextOffset(row: CheckpointRow, { identity }: MessageBatch): bigint {
  const isSame = row.cluster_id === identity.clusterId && row.topic_id === identity.topicId;
  return isSame ? BigInt(row.next_offset) : 0n;
}

function keysOf(batch: MessageBatch): string[] {
  return [...new Set(batch.messages.flatMap(({ key }) => key?.toString('utf8') ?? []))];
}

/** @throws ProjectionError or ContractError for an event that cannot be applied */
function prepare(
  projection: RunnableProjection,
  batch: MessageBatch,
  messages: readonly KafkaRecord[],
  applied: ReadonlyMap<string, number>,
): AppliedEvents & { readonly statements: readonly Statement[] } {
  const received = messages.map((message) => decode(projection, batch, message));
  const { events, versions } = selectNewEvents(projection.name, received, applied);
  const logged = events.slice(0, LOGGED_CORRELATION_IDS).map(({ correlationId }) => correlationId);
  const statements =
    events.length === 0
      ? []
      : [...projection.prepare(events, batch.partition), saveVersions(projection.name, versions)];
  return {
    events: events.length,
    correlationIds: [...new Set(logged)],
    statements: statements.map(withArrayTexts),
  };
}

function decode({ name }: RunnableProjection, batch: MessageBatch, message: KafkaRecord): RecordedEvent {
  try {
    return fromCloudEvent(message);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const place = `offset ${message.offset} of partition ${batch.partition}`;
    throw new ProjectionError('undecodable', name, `${place} cannot be read: ${reason}`, { cause });
  }
}
