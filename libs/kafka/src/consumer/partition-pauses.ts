import type { Failure } from '@eventfleet/resilience';
import { partitionsStopped } from './consumer.metrics.js';
import { PartitionMap } from './partition-map.js';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 30_000;

/** What a partition waits for: a server, or the next attempt at a record that is at fault itself. */
export type StopKind = 'outage' | 'record';

/** A partition whose last batch failed. It waits for another attempt, or is being tried again. */
export interface StoppedPartition {
  readonly group: string;
  /** The full name. */
  readonly topic: string;
  readonly partition: number;
  readonly kind: StopKind;
  /** Of this kind, in a row. */
  readonly failures: number;
  /** Free of personal data. */
  readonly error: Failure;
  /** RFC 3339; in the past while it is being tried again. */
  readonly nextAttemptAt: string;
}

interface Stop extends Pick<StoppedPartition, 'kind' | 'failures' | 'error' | 'nextAttemptAt'> {
  /** Unset while the partition is being tried again. */
  readonly timer?: NodeJS.Timeout;
}

/**
 * The partitions of a group whose last batch failed. Each waits longer after every failure in a row: from 100 ms,
 * doubling up to 30 s, with jitter, so that many partitions that failed together do not come back together. Failures of
 * each kind count by themselves: a record at fault that comes up when an outage is over is not tried at its pauses,
 * which would stop everyone behind it for minutes.
 */
export class PartitionPauses {
  readonly #stops = new PartitionMap<Stop>();

  constructor(
    private readonly group: string,
    private readonly resume: (topic: string, partition: number) => void,
  ) {}

  /** Counts a failure and schedules the next attempt. Returns how long the partition waits, and its failures in a row. */
  stop(
    topic: string,
    partition: number,
    kind: StopKind,
    error: Failure,
  ): { pauseMs: number; failures: number } {
    const earlier = this.#stops.get(topic, partition);
    clearTimeout(earlier?.timer);
    const failures = (earlier?.kind === kind ? earlier.failures : 0) + 1;
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));
    const pauseMs = Math.round(longest * (0.5 + Math.random() / 2));
    const stop = { kind, failures, error, nextAttemptAt: new Date(Date.now() + pauseMs).toISOString() };
    const timer = setTimeout(() => {
      this.#stops.set(topic, partition, stop);
      this.resume(topic, partition);
    }, pauseMs);
    this.#stops.set(topic, partition, { ...stop, timer });
    this.#measure();
    return { pauseMs, failures };
  }

  list(): StoppedPartition[] {
    return this.#stops.entries().map(({ topic, partition, value }) => {
      const { kind, failures, error, nextAttemptAt } = value;
      return { group: this.group, topic, partition, kind, failures, error, nextAttemptAt };
    });
  }

  /** The partition works: its next failure will be the first one. */
  succeed(topic: string, partition: number): void {
    const stop = this.#stops.get(topic, partition);
    if (!stop) return;
    clearTimeout(stop.timer);
    this.#stops.delete(topic, partition);
    this.#measure();
  }

  /** Forgets and resumes the partitions that this consumer lost: they must not come back paused. */
  keepOnly(isAssigned: (topic: string, partition: number) => boolean): void {
    for (const { topic, partition } of this.#stops.entries()) {
      if (isAssigned(topic, partition)) continue;
      this.succeed(topic, partition);
      this.resume(topic, partition);
    }
  }

  clear(): void {
    for (const { topic, partition } of this.#stops.entries()) this.succeed(topic, partition);
  }

  #measure(): void {
    partitionsStopped.set({ group: this.group }, this.#stops.entries().length);
  }
}
