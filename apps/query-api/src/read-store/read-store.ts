import { hasMigration } from '@eventfleet/postgres';
import { READ_STORE_SCHEMA } from '@eventfleet/read-models';
import type { OnApplicationShutdown } from '@nestjs/common';
import type pg from 'pg';
import type { DataSource } from 'typeorm';

/** The read store, for raw statements and for entities. It may be down: then queries fail, and work again later. */
export class ReadStore implements OnApplicationShutdown {
  private connecting: Promise<DataSource> | undefined;

  constructor(
    readonly pool: pg.Pool,
    private readonly dataSource: DataSource,
  ) {}

  /** For queries on entities. Connects when first called; a call after a failed one tries again. */
  entities(): Promise<DataSource> {
    this.connecting ??= this.dataSource.initialize().catch((error: unknown) => {
      this.connecting = undefined;
      throw error;
    });
    return this.connecting;
  }

  /** @throws Error with the reason why queries cannot be answered yet */
  async checkReady(): Promise<void> {
    if (!(await hasMigration(this.pool, READ_STORE_SCHEMA))) throw new Error('waiting for migrations');
    await this.entities();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}
