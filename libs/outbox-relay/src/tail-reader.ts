import type { EventStore, TailEvent, TailPosition, TailTable } from '@eventfleet/event-store';

/** Reads the tail page by page. The next page can be read while the last one is being sent. */
export class TailReader {
  private ahead: { readonly after: TailPosition; readonly page: Promise<TailEvent[]> } | undefined;

  constructor(
    private readonly eventStore: EventStore,
    private readonly pageSize: number,
    private readonly table: TailTable = 'events',
  ) {}

  read(after: TailPosition): Promise<TailEvent[]> {
    const { ahead } = this;
    this.ahead = undefined;
    return ahead?.after === after ? ahead.page : this.eventStore.readTail(after, this.pageSize, this.table);
  }

  /** Begins to read the page after a full one; after one that is not full there is nothing yet. */
  readAhead(page: readonly TailEvent[]): void {
    const last = page.at(-1);
    if (!last || page.length < this.pageSize) return;
    const next = this.eventStore.readTail(last.position, this.pageSize, this.table);
    next.catch(() => undefined);
    this.ahead = { after: last.position, page: next };
  }
}
