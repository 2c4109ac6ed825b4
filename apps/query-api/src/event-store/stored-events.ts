import type { AggregateVersion } from '@eventfleet/contracts';
import { EVENT_STORE_SCHEMA, EventStore, personalDataOf, type WrappingKey } from '@eventfleet/event-store';
import { mayLackEvents } from '@eventfleet/history';
import { endPool, hasMigration } from '@eventfleet/postgres';
import type { AppliedVersion } from '@eventfleet/read-models/queries';
import type { OnApplicationShutdown } from '@nestjs/common';
import type pg from 'pg';
import type { VersionSource } from '../consistency/issued-tokens.js';
import type { QueriedProjection, QueriedStore } from '../consistency/queried-store.js';
import { queryError } from '../query-api.problems.js';
import { StoreDeadline } from '../store-deadline.js';

/** Longer than a statement may take, shorter than the wait for a connection: then it is the store that is silent. */
const ANSWER_MS = 1_400;
/** Queries that wait for a connection. */
const MAX_QUEUED = 500;

/** The event store, read only. It may be down: then queries fail, and work again later. */
export class StoredEvents implements QueriedStore, VersionSource, OnApplicationShutdown {
  readonly unavailable = 'event-store-unavailable';
  private readonly deadline = new StoreDeadline(ANSWER_MS);
  private readonly store: EventStore | undefined;
  private wasReady = false;

  /**
   * @param pool undefined if this process was not told where the event store is
   * @param keys of the same database, for keys of personal data
   */
  constructor(
    private readonly pool?: pg.Pool,
    private readonly keys = pool,
    personalDataKeys: readonly WrappingKey[] = [],
  ) {
    this.store = pool && new EventStore(pool, keys && personalDataOf(keys, personalDataKeys));
  }

  get isCrowded(): boolean {
    return (this.pool?.waitingCount ?? 0) >= MAX_QUEUED;
  }

  /** @throws ProblemError `event-store-unavailable` if this process has none */
  get events(): EventStore {
    return this.required(this.store);
  }

  /** Runs a query; a store that says nothing is waited for no longer than a second and a half. @throws StoreTimeout */
  ask<T>(query: (store: this) => Promise<T>): Promise<T> {
    return this.deadline.ask(() => query(this));
  }

  async appliedVersions(
    { catalog }: QueriedProjection,
    aggregateIds: readonly string[],
  ): Promise<ReadonlyMap<string, AppliedVersion>> {
    const versions = await this.newestVersions(catalog.aggregateType, aggregateIds);
    return new Map([...versions].map(([id, version]) => [id, { version, isParked: false }]));
  }

  newestVersions(
    aggregateType: string,
    aggregateIds: readonly string[],
  ): Promise<ReadonlyMap<string, number>> {
    return this.ask(async ({ events }) => events.readVersions(aggregateType, aggregateIds));
  }

  mayLackVersions(): Promise<boolean> {
    return this.ask(() => mayLackEvents(this.required(this.pool)));
  }

  /** Whether the store has this version: a standby may be late, and a restored store may have lost it. */
  async reflects(catalog: QueriedProjection['catalog'], token: AggregateVersion): Promise<boolean> {
    const { aggregateId, version } = token;
    const versions = await this.events.readVersions(catalog.aggregateType, [aggregateId]);
    return (versions.get(aggregateId) ?? 0) >= version;
  }

  /**
   * Waits for the schema once. An outage later on is no reason to take this process away from queries of the read store.
   * @throws Error with the reason why queries cannot be answered yet
   */
  async checkReady(): Promise<void> {
    if (this.wasReady || !this.pool) return;
    if (!(await hasMigration(this.pool, EVENT_STORE_SCHEMA)))
      throw new Error('waiting for migrations: run fleet migrate');
    this.wasReady = true;
  }

  async onApplicationShutdown(): Promise<void> {
    const pools = new Set([this.pool, this.keys].filter((pool) => pool !== undefined));
    await Promise.all([...pools].map((pool) => endPool(pool)));
  }

  private required<T>(part: T | undefined): T {
    if (part !== undefined) return part;
    throw queryError(this.unavailable, 'This query-api was started without EVENT_STORE_URL');
  }
}
