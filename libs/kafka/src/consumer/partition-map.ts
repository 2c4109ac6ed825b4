/** A map whose key is a topic and a partition. */
export class PartitionMap<T> {
  readonly #topics = new Map<string, Map<number, T>>();

  get(topic: string, partition: number): T | undefined {
    return this.#topics.get(topic)?.get(partition);
  }

  set(topic: string, partition: number, value: T): void {
    const partitions = this.#topics.get(topic) ?? new Map<number, T>();
    this.#topics.set(topic, partitions.set(partition, value));
  }

  delete(topic: string, partition: number): void {
    this.#topics.get(topic)?.delete(partition);
  }

  clear(): void {
    this.#topics.clear();
  }

  /** A copy: entries may be deleted while it is walked. */
  entries(): { topic: string; partition: number; value: T }[] {
    return [...this.#topics].flatMap(([topic, partitions]) =>
      [...partitions].map(([partition, value]) => ({ topic, partition, value })),
    );
  }
}
