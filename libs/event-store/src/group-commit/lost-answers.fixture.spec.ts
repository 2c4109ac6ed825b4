import type pg from 'pg';

/** Lets a commit through to the server, and loses its answer with the connection, whenever `isLost` says so. */
export function loseAnswers(pool: pg.Pool, isLost: () => boolean): void {
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
    client.query = (async (...args: unknown[]) => {
      const result = await query(...args);
      if (args[0] === 'commit' && isLost()) throw new Error('Connection terminated unexpectedly');
      return result;
    }) as typeof client.query;
  });
}

/** Sends another statement wherever `replace` gives one; where it gives a failure to come, nothing is sent. */
export function replaceStatement(
  pool: pg.Pool,
  replace: (text: string) => string | Promise<never> | undefined,
): void {
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
    client.query = (async (...args: unknown[]) => {
      const other = typeof args[0] === 'string' ? replace(args[0]) : undefined;
      if (other === undefined) return query(...args);
      return typeof other === 'string' ? query(other) : other;
    }) as typeof client.query;
  });
}
