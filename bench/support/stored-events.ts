import { withClient } from '@eventfleet/testing';

/** How many events a store holds. */
export function storedEvents(eventStoreUrl: string): Promise<number> {
  return withClient(eventStoreUrl, async (client) => {
    const { rows } = await client.query<{ events: number }>('select count(*)::integer as events from events');
    return rows[0]?.events ?? 0;
  });
}
