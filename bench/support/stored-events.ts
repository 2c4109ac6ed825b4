import pg from 'pg';

/** How many events a store holds. */
export async function storedEvents(eventStoreUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: eventStoreUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ events: number }>('select count(*)::integer as events from events');
    return rows[0]?.events ?? 0;
  } finally {
    await client.end();
  }
}
