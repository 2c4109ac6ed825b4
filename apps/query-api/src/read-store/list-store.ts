import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { ReadStore } from './read-store.js';

/** Queries that wait for a connection. They take longer than a read by id: a long queue would be late as a whole. */
const MAX_QUEUED = 100;

/**
 * The read store for lists and statistics, by connections of their own: however many of them come, they wait for each
 * other and not before a read by id. For entities too.
 */
export class ListStore extends ReadStore {
  private connecting: Promise<DataSource> | undefined;

  constructor(
    pool: pg.Pool,
    private readonly dataSource: DataSource,
  ) {
    super(pool, MAX_QUEUED);
  }

  /** Connects when first called; a call after a failed one tries again. */
  entities(): Promise<DataSource> {
    this.connecting ??= this.dataSource.initialize().catch((error: unknown) => {
      this.connecting = undefined;
      throw error;
    });
    return this.connecting;
  }

  override async checkReady(): Promise<void> {
    await super.checkReady();
    await this.entities();
  }
}
