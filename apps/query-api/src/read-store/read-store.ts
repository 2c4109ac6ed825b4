import { endPool, hasMigration } from '@eventfleet/postgres';
import { READ_STORE_SCHEMA } from '@eventfleet/read-models';
import { appliedVersions, type AppliedVersion } from '@eventfleet/read-models/queries';
import type { OnApplicationShutdown } from '@nestjs/common';
import type pg from 'pg';
import type { QueriedProjection, QueriedStore } from '../consistency/queried-store.js';
import { StoreDeadline } from '../store-deadline.js';

/** Longer than a statement may take, shorter than the wait for a connection: then it is the store that is silent. */
const ANSWER_MS = 1_400;
/** Queries that wait for a connection. */
const MAX_QUEUED = 1_000;

/** The read store, for raw statements. It may be down: then queries fail, and work again later. */
export class ReadStore implements QueriedStore, OnApplicationShutdown {
  readonly unavailable = 'read-store-unavailable';
  private readonly deadline = new StoreDeadline(ANSWER_MS);

  constructor(
    readonly pool: pg.Pool,
    private readonly maxQueued = MAX_QUEUED,
  ) {}

  /** Whether so many queries wait for a connection that one more has no chance. */
  get isCrowded(): boolean {
    return this.pool.waitingCount >= this.maxQueued;
  }

  /** Runs a query; a store that says nothing is waited for no longer than a second and a half. @throws StoreTimeout */
  ask<T>(query: (store: this) => Promise<T>): Promise<T> {
    return this.deadline.ask(() => query(this));
  }

  appliedVersions(
    { name }: QueriedProjection,
    aggregateIds: readonly string[],
  ): Promise<ReadonlyMap<string, AppliedVersion>> {
    return appliedVersions(this.pool, name, aggregateIds);
  }

  /** @throws Error with the reason why queries cannot be answered yet */
  async checkReady(): Promise<void> {
    if (!(await hasMigration(this.pool, READ_STORE_SCHEMA)))
      throw new Error('waiting for migrations: run fleet migrate');
  }

  async onApplicationShutdown(): Promise<void> {
    await endPool(this.pool);
  }
}
