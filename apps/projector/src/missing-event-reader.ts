import type { RecordedEvent } from '@eventfleet/contracts';
import { EventStore } from '@eventfleet/event-store';
import { createPool } from '@eventfleet/postgres';
import type { MissingEvents } from '@eventfleet/projections';

/** Looks in the event store for events that never arrived from Kafka. */
export class MissingEventReader {
  private readonly store: EventStore | undefined;

  /** @param url undefined if this process may not look there: then it finds nothing */
  constructor(url: string | undefined, applicationName: string) {
    if (url === undefined) return;
    this.store = new EventStore(createPool({ url, applicationName, max: 1, readOnly: true }));
  }

  /** Those of the missing events that the event store has, in order. */
  async read(missing: MissingEvents): Promise<readonly RecordedEvent[]> {
    return (await this.store?.readStream(missing, missing)) ?? [];
  }

  async close(): Promise<void> {
    await this.store?.close();
  }
}
