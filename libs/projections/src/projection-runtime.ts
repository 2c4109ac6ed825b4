import type pg from 'pg';
import type { Logger } from 'pino';
import { fromCloudEvent, type RecordedEvent } from '@eventfleet/contracts';
import type { BatchResult, KafkaRecord, MessageBatch } from '@eventfleet/kafka';
import { oneByOne, pipeline, withClient, type Statement } from '@eventfleet/postgres';
import { failpoint, isArmed } from '@eventfleet/resilience';
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

interface ReceivedEvent {
  readonly offset: bigint;
  readonly event: RecordedEvent;
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
    const received = batch.messages.map((message) => decode(projection, batch, message));
    const result = await withClient(this.pool, (client) => this.applyOn(client, projection, batch, received));
    stop();
    return result;
  }

  private async applyOn(
    client: pg.ClientBase,
    projection: RunnableProjection,
    batch: MessageBatch,
    received: readonly ReceivedEvent[],
  ): Promise<BatchResult> {
    const { name } = projection;
    const key = { projection: name, topic: batch.topic, partition: batch.partition };
    const ids = [...new Set(received.map(({ event }) => event.aggregateId))];
    try {
      const [, checkpoint, applied] = await pipeline(client, [
        'begin',
        lockCheckpoint(key),
        readVersions(name, ids),
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
        await client.query('rollback');
        this.reportConflict(projection, batch, next);
        return { next };
      }
      if (batch.firstOffset < next) this.reportConflict(projection, batch, next);
      const fresh = received.filter(({ offset }) => offset >= next).map(({ event }) => event);
      const versions = new Map(
        ((applied?.rows ?? []) as VersionRow[]).map((row) => [row.aggregate_id, row.version]),
      );
      const selected = selectNewEvents(name, fresh, versions);
      const after = batch.lastOffset + 1n;
      function* writes(): Generator<Statement | string> {
        if (selected.events.length > 0) {
          yield* projection.prepare(selected.events, batch.partition);
          yield saveVersions(name, selected.versions);
        }
        failpoint('between rows and checkpoint');
        yield saveCheckpoint(key, after, batch.identity);
        failpoint('between checkpoint and commit');
        yield 'commit';
      }
      await (isArmed() ? oneByOne(client, writes()) : pipeline(client, writes()));
      failpoint('between commit and offset');
      this.reportApplied(projection, batch, selected.events, fresh.length);
      return { next: after };
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      throw error;
    }
  }

  private reportApplied(
    { name }: RunnableProjection,
    batch: MessageBatch,
    events: readonly RecordedEvent[],
    received: number,
  ): void {
    eventsApplied.inc({ projection: name }, events.length);
    eventsRepeated.inc({ projection: name }, received - events.length);
    batchSize.observe({ projection: name }, events.length);
    const ids = [
      ...new Set(events.slice(0, LOGGED_CORRELATION_IDS).map(({ correlationId }) => correlationId)),
    ];
    this.logger.info(
      {
        projection: name,
        partition: batch.partition,
        offset: String(batch.lastOffset),
        events: events.length,
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

function decode({ name }: RunnableProjection, batch: MessageBatch, message: KafkaRecord): ReceivedEvent {
  try {
    return { offset: message.offset, event: fromCloudEvent(message) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const place = `offset ${message.offset} of partition ${batch.partition}`;
    throw new ProjectionError('undecodable', name, `${place} cannot be read: ${reason}`, { cause });
  }
}
