import type { RecordedEvent } from '@eventfleet/contracts';
import { readEvents } from '@eventfleet/event-store';
import { createPool, endPool } from '@eventfleet/postgres';
import type { MissingEvents } from '@eventfleet/projections';
import type pg from 'pg';

/** Looks in the event store for events that never arrived from Kafka. */
export class MissingEventReader {
  private readonly pool: pg.Pool | undefined;

  /** @param url undefined if this process may not look there: then it finds nothing */
  constructor(url: string | undefined, applicationName: string) {
    if (url !== undefined) this.pool = createPool({ url, applicationName, max: 1, readOnly: true });
  }

  /** Those of the missing events that the event store has, in order. */
  async read(missing: MissingEvents): Promise<readonly RecordedEvent[]> {
    return this.pool ? readEvents(this.pool, missing) : [];
  }

  async close(): Promise<void> {
    if (this.pool) await endPool(this.pool);
  }
}
