import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

const POLL_MS = 50;

/** Lends a connection to `work`, and closes it. */
export async function withSuperuser<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/**
 * Asks until the query has a row that says true.
 * @throws Error naming what was waited for, when the deadline is over
 */
export async function untilTrue(
  client: pg.Client,
  query: string,
  values: readonly unknown[],
  { what, deadlineMs }: { readonly what: string; readonly deadlineMs: number },
): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const { rows } = await client.query<[boolean]>({ text: query, values: [...values], rowMode: 'array' });
    if (rows[0]?.[0] === true) return;
    if (performance.now() > deadline) throw new Error(`${what} did not happen within ${deadlineMs} ms`);
    await delay(POLL_MS);
  }
}

/** Sets a parameter of the server itself, at once; undefined: as it would be otherwise. Only for those without a restart. */
export async function setParameter(
  client: pg.Client,
  name: string,
  value: string | undefined,
): Promise<void> {
  const parameter = client.escapeIdentifier(name);
  const change =
    value === undefined ? `reset ${parameter}` : `set ${parameter} = ${client.escapeLiteral(value)}`;
  await client.query(`alter system ${change}`);
  await client.query('select pg_reload_conf()');
}
