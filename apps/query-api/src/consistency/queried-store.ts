import type { AppliedVersion } from '@eventfleet/read-models/queries';

/** A projection, as far as a query of its tables must know it; or the events themselves. */
export interface QueriedProjection {
  readonly name: string;
  readonly catalog: { readonly aggregateType: string };
}

/** A store that may be away, and that knows how far it has come with each aggregate. */
export interface QueriedStore {
  /** The code of the answer while it is away. */
  readonly unavailable: 'read-store-unavailable' | 'event-store-unavailable';
  /** Whether so many queries wait for a connection that one more has no chance. */
  readonly isCrowded: boolean;
  /** Runs a query; a store that says nothing is not waited for. @throws StoreTimeout */
  ask<T>(query: (store: this) => Promise<T>): Promise<T>;
  /** By aggregate id; an aggregate that it has never seen is absent. */
  appliedVersions(
    projection: QueriedProjection,
    aggregateIds: readonly string[],
  ): Promise<ReadonlyMap<string, AppliedVersion>>;
}
