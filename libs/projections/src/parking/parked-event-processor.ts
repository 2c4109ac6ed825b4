import type pg from 'pg';
import type { Logger } from 'pino';
import { sqlState, withPipelinedTransaction } from '@eventfleet/postgres';
import { pollUntilStopped } from '@eventfleet/resilience';
import type { EventSource, RevealEvents } from '../event-source.js';
import type { RunnableProjection } from '../projection.js';
import type { PartitionOfProjection } from '../runtime/projection-statements.js';
import { eventsApplied } from '../runtime/projection.metrics.js';
import { KeyBackoff } from './key-backoff.js';
import { faults, parkedEvents, parkedKeys } from './parking.metrics.js';
import {
  processParkedChunk,
  type ParkedChunkOptions,
  type ParkedChunkResult,
  type ParkedKey,
} from './process-parked-chunk.js';
import { readMarkedKeys } from './read-marked-keys.js';
import { readParkedTotals } from './read-parked.js';

export interface ParkedEventProcessorOptions {
  readonly pool: pg.Pool;
  /** Several of one name read different topics. */
  readonly projections: readonly RunnableProjection[];
  /** What stands before the name of every topic. */
  readonly topicPrefix?: string;
  readonly logger: Logger;
  /** The partitions that this process consumes at the moment. */
  readonly assigned: () => readonly PartitionOfProjection[];
  /** The store that all events of a projection's topic come from; undefined if this process may not look there. */
  readonly sourceOf?: (projection: RunnableProjection) => EventSource | undefined;
  /** Undefined if the data of records is never encrypted. */
  readonly reveal?: RevealEvents | undefined;
}

const INTERVAL_MS = 500;
const LONGEST_INTERVAL_MS = 10_000;
const MEASURE_EVERY_MS = 10_000;
const CHUNK_SIZE = 200;

/**
 * Retries or discards the parked events that operators have marked, for the keys of the partitions that this process
 * consumes. It works in bounded chunks, each in a transaction under the partition's checkpoint, so that the consumer
 * goes on between them. If two processes both take a partition for theirs, the lock lets one after the other see what
 * is left. A failure pauses its key and nothing else.
 */
export class ParkedEventProcessor {
  private readonly backoff = new KeyBackoff();
  private loop: { stop(): Promise<void> } | undefined;
  private measuredAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: ParkedEventProcessorOptions) {}

  start(): void {
    const { logger } = this.options;
    this.loop ??= pollUntilStopped(
      async (signal) => {
        while (await this.processMarked(signal));
        await this.updateGauges();
        return { pauseMs: INTERVAL_MS };
      },
      {
        onError(error, failures) {
          logger.warn(
            { err: error },
            'marked events could not be read from the store; trying again: check the store if this goes on',
          );
          return { pauseMs: Math.min(INTERVAL_MS * 2 ** failures, LONGEST_INTERVAL_MS) };
        },
      },
    );
  }

  /** Resolves when the chunk under way is done. */
  async stop(): Promise<void> {
    await this.loop?.stop();
  }

  /** Processes one chunk of each marked key that is not paused. Returns whether there may be more to do at once. */
  async processMarked(signal?: AbortSignal): Promise<boolean> {
    let isBusy = false;
    for (const parked of await readMarkedKeys(this.options.pool, this.options.assigned())) {
      if (signal?.aborted) return false;
      if (this.backoff.isPaused(parked)) continue;
      isBusy = (await this.processKey(parked)) || isBusy;
    }
    return isBusy;
  }

  private async processKey(parked: ParkedKey): Promise<boolean> {
    const { projections, topicPrefix = '', reveal } = this.options;
    const projection = projections.find(
      ({ name, topic }) => name === parked.projection && topicPrefix + topic === parked.topic,
    );
    if (!projection) return false;
    try {
      const options = { projection, parked, size: this.backoff.chunkSize(parked, CHUNK_SIZE), reveal };
      let result = await this.processChunk({ ...options, found: undefined });
      if (result.missing) {
        // Events that never arrived.
        const source = this.options.sourceOf?.(projection);
        const found = (await source?.readStream(result.missing, result.missing)) ?? [];
        result = await this.processChunk({ ...options, found });
      }
      this.backoff.reset(parked);
      return result.applied > 0 || result.removed > 0 || result.fault !== undefined;
    } catch (error) {
      const isTooLong = ['25P04', '57014'].includes(sqlState(error) ?? '');
      const pauseMs = this.backoff.recordFailure(parked, isTooLong);
      const { projection: name, partition } = parked;
      this.options.logger.warn(
        { err: error, projection: name, partition, pauseMs },
        'marked events of a key could not be processed now; they are tried again after the pause',
      );
      return false;
    }
  }

  private async processChunk(options: ParkedChunkOptions): Promise<ParkedChunkResult> {
    const { projection, partition } = options.parked;
    const result = await withPipelinedTransaction(this.options.pool, (client) =>
      processParkedChunk(client, options),
    );
    const { applied, fault } = result;
    eventsApplied.inc({ projection }, applied);
    if (fault) faults.inc({ projection, code: fault.code });
    const failure = fault && { code: fault.code, reason: fault.message };
    this.options.logger.info({ projection, partition, events: applied, ...failure }, 'parked events tried');
    return result;
  }

  private async updateGauges(): Promise<void> {
    const now = performance.now();
    if (now - this.measuredAt < MEASURE_EVERY_MS) return;
    const totals = await readParkedTotals(this.options.pool);
    this.measuredAt = now;
    for (const projection of new Set(this.options.projections.map(({ name }) => name))) {
      const { events, keys } = totals.get(projection) ?? { events: 0, keys: 0 };
      parkedEvents.set({ projection }, events);
      parkedKeys.set({ projection }, keys);
    }
  }
}
