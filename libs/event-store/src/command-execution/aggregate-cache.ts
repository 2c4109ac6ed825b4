import { RecentMap } from '../recent-map.js';

export interface CachedState<State> {
  readonly state: State;
  readonly version: number;
}

/**
 * States of recently used aggregates, bounded. Every entry was once committed, but may be stale: another process may
 * have written since. Nothing is refused on a cached state alone.
 */
export class AggregateCache<State> {
  private readonly entries: RecentMap<CachedState<State>>;

  constructor(max: number) {
    this.entries = new RecentMap(max);
  }

  get(aggregateId: string): CachedState<State> | undefined {
    return this.entries.get(aggregateId);
  }

  clear(): void {
    this.entries.clear();
  }

  /** Keeps the newer of what is there and what is given. */
  put(aggregateId: string, { state, version }: CachedState<State>): void {
    // Of a stream that has just begun there is nothing to look for.
    const present = version === 1 ? undefined : this.entries.get(aggregateId);
    if (!present || present.version < version) this.entries.set(aggregateId, { state, version });
  }
}
