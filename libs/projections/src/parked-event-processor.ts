import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { RecordedEvent } from '@eventfleet/contracts';
import { sqlState, withClient } from '@eventfleet/postgres';
import { KeyBackoff } from './key-backoff.js';
import {
  processParkedChunk,
  type MissingEvents,
  type ParkedKey,
  type ParkedChunkOptions,
  type ParkedChunkResult,
} from './parked-chunk.js';
import { readParkedTotals } from './read-parked.js';
import { eventsApplied, faults, parkedEvents, parkedKeys } from './projection.metrics.js';
import type { PartitionOfProjection } from './projection-statements.js';
import type { RunnableProjection } from './projection.js';
import { readMarkedKeys } from './read-marked-keys.js';

export interface ParkedEventProcessorOptions {
  readonly pool: pg.Pool;
  /** Several of one name read different topics. */
  readonly projections: readonly RunnableProjection[];
  /** What stands before the name of every topic. */
  readonly topicPrefix?: string;
  readonly logger: Logger;
  /** The partitions that this process consumes at the moment. */
  readonly assigned: () => readonly PartitionOfProjection[];
  /** Looks for events that never arrived, where there is a store to look in; returns what it has of them, in order. */
  readonly readMissing?: (missing: MissingEvents) => Promise<readonly RecordedEvent[]>;
  readonly intervalMs?: number;
}

const INTERVAL_MS = 500;
const LONGEST_INTERVAL_MS = 10_000;
const MEASURE_EVERY_MS = 10_000;
const PORTION = 200;

/**
 * Carries out what operators have marked on parked events, for the keys of the partitions that this process consumes:
 * in bounded portions, each in a transaction under the partition's checkpoint, so that the consumer goes on between
 * them. Two processes that both believe to own a partition do no harm: the lock lets one after the other see what is
 * left. A failure pauses its key and nothing else.
 */
export class ParkedEventProcessor {
  private readonly pauses = new KeyBackoff();
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private measuredAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: ParkedEventProcessorOptions) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Resolves when the portion under way is done. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Works off one portion of each marked key that is not paused. Returns whether there may be more to do at once. */
  async turn(): Promise<boolean> {
    let isBusy = false;
    for (const parked of await readMarkedKeys(this.options.pool, this.options.assigned())) {
      if (this.stopping.signal.aborted) return false;
      if (this.pauses.isPaused(parked)) continue;
      isBusy = (await this.workOff(parked)) || isBusy;
    }
    return isBusy;
  }

  private async run(): Promise<void> {
    const { intervalMs = INTERVAL_MS, logger } = this.options;
    const { signal } = this.stopping;
    let pauseMs = intervalMs;
    while (!signal.aborted) {
      try {
        while (await this.turn());
        await this.measure();
        pauseMs = intervalMs;
      } catch (error) {
        pauseMs = Math.min(LONGEST_INTERVAL_MS, pauseMs * 2);
        logger.warn({ err: error }, 'marked events cannot be looked for now');
      }
      await delay(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }

  private async workOff(parked: ParkedKey): Promise<boolean> {
    const { projections, topicPrefix = '' } = this.options;
    const projection = projections.find(
      ({ name, topic }) => name === parked.projection && topicPrefix + topic === parked.topic,
    );
    if (!projection) return false;
    try {
      const options = { projection, parked, size: this.pauses.portion(parked, PORTION) };
      let result = await this.transact({ ...options, supplied: undefined });
      if (result.missing) {
        const supplied = (await this.options.readMissing?.(result.missing)) ?? [];
        result = await this.transact({ ...options, supplied });
      }
      this.pauses.forget(parked);
      return result.applied > 0 || result.settled > 0 || result.fault !== undefined;
    } catch (error) {
      const isTooLong = ['25P04', '57014'].includes(sqlState(error) ?? '');
      const pauseMs = this.pauses.failed(parked, isTooLong);
      const { projection: name, partition } = parked;
      this.options.logger.warn(
        { err: error, projection: name, partition, pauseMs },
        'parked events have to wait for longer',
      );
      return false;
    }
  }

  private async transact(options: ParkedChunkOptions): Promise<ParkedChunkResult> {
    const { projection, partition } = options.parked;
    const result = await withClient(this.options.pool, async (client) => {
      try {
        return await processParkedChunk(client, options);
      } catch (error) {
        await client.query('rollback').catch(() => undefined);
        throw error;
      }
    });
    const { applied, fault } = result;
    eventsApplied.inc({ projection }, applied);
    if (fault) faults.inc({ projection, code: fault.code });
    const failure = fault && { code: fault.code, reason: fault.message };
    this.options.logger.info({ projection, partition, events: applied, ...failure }, 'parked events tried');
    return result;
  }

  private async measure(): Promise<void> {
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
