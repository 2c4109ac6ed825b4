import { consumerLag } from './consumer.metrics.js';
import { PartitionMap } from './partition-map.js';

/** Where a group's member goes on in each of its partitions, and how far that is from the partition's end. */
export class LagMeter {
  readonly #positions = new PartitionMap<bigint>();

  constructor(private readonly group: string) {}

  position(topic: string, partition: number): bigint | undefined {
    return this.#positions.get(topic, partition);
  }

  move(topic: string, partition: number, next: bigint, end: bigint): void {
    this.#positions.set(topic, partition, next);
    this.#measure(topic, partition, next, end);
  }

  /** Measures anew without new messages: a stopped partition's lag grows too. */
  measure(endOf: (topic: string, partition: number) => bigint | undefined): void {
    for (const { topic, partition, value } of this.#positions.entries()) {
      this.#measure(topic, partition, value, endOf(topic, partition) ?? value);
    }
  }

  /** Forgets the partitions that this member lost. */
  keepOnly(isAssigned: (topic: string, partition: number) => boolean): void {
    for (const { topic, partition } of this.#positions.entries()) {
      if (isAssigned(topic, partition)) continue;
      this.#positions.delete(topic, partition);
      consumerLag.remove({ group: this.group, topic, partition });
    }
  }

  #measure(topic: string, partition: number, next: bigint, end: bigint): void {
    consumerLag.set({ group: this.group, topic, partition }, end > next ? Number(end - next) : 0);
  }
}
