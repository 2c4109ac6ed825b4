import { endOffsets, type Kafka, type LogRange } from '@eventfleet/kafka';
import { readCheckpoints, type RunnableProjection } from '@eventfleet/projections';
import type pg from 'pg';

export interface CatchUpGateOptions {
  readonly kafka: Kafka;
  /** Finds the checkpoints. */
  readonly pool: pg.Pool;
  readonly sources: readonly RunnableProjection[];
  readonly topicPrefix: string;
}

/**
 * Says when the checkpoints have passed every event that was in Kafka at the first call, whichever process handled it.
 * After a long stop a timer that is due must not fire before the events that would have cancelled it in time.
 */
export class CatchUpGate {
  private ends: ReadonlyMap<string, ReadonlyMap<number, LogRange>> | undefined;

  constructor(private readonly options: CatchUpGateOptions) {}

  /** @throws while Kafka or the store does not answer */
  async isCaughtUp(): Promise<boolean> {
    const { pool, sources, topicPrefix } = this.options;
    this.ends ??= await this.readEnds();
    const handled = new Map(
      (await readCheckpoints(pool)).map(({ projection, topic, partition, nextOffset }) => [
        nameOf(projection, topic, partition),
        nextOffset,
      ]),
    );
    return sources.every(({ name, topic }) =>
      [...(this.ends?.get(topicPrefix + topic) ?? [])].every(
        ([partition, { start, end }]) =>
          start === end || (handled.get(nameOf(name, topicPrefix + topic, partition)) ?? 0n) >= end,
      ),
    );
  }

  private async readEnds(): Promise<ReadonlyMap<string, ReadonlyMap<number, LogRange>>> {
    const { kafka, sources, topicPrefix } = this.options;
    const ends = new Map<string, ReadonlyMap<number, LogRange>>();
    for (const { topic } of sources) {
      const name = topicPrefix + topic;
      if (!ends.has(name)) ends.set(name, await endOffsets(kafka, name));
    }
    return ends;
  }
}

function nameOf(projection: string, topic: string, partition: number): string {
  return `${projection} ${topic} ${partition}`;
}
