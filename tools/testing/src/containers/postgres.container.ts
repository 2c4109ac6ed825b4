import { PostgreSqlContainer } from '@testcontainers/postgresql';

/** Starts Postgres 18; the URL is that of its maintenance database, as superuser. */
export async function startPostgresContainer(): Promise<{ url: string; stop(): Promise<unknown> }> {
  const container = await new PostgreSqlContainer('postgres:18')
    .withDatabase('postgres')
    .withUsername('postgres')
    .withPassword('postgres')
    .withCommand(['postgres', '-c', 'max_connections=200'])
    .start();
  return { url: container.getConnectionUri(), stop: () => container.stop() };
}
