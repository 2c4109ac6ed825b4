import pg from 'pg';

/** Ends connections of command-api in the middle of their appends, again and again, until it is stopped. */
export function startConnectionKiller(eventStoreUrl: string): { stop(): Promise<number> } {
  let running = true;
  const killing = kill(eventStoreUrl, () => running);
  return {
    stop() {
      running = false;
      return killing;
    },
  };
}

const PAUSE_MS = 15;

async function kill(url: string, isRunning: () => boolean): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  let kills = 0;
  while (isRunning()) {
    const result = await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'eventfleet-command-api' and datname = current_database()
         and backend_xid is not null and query !~ 'relay_checkpoints' limit 1`,
    );
    kills += result.rowCount ?? 0;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  await client.end();
  return kills;
}
