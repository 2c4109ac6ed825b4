import pg from 'pg';

/** A connected client. When the server stops, its next query rejects, and nothing else happens. */
export async function openClient(url: string, options: { pipeline?: boolean } = {}): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'bench', ...options });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
