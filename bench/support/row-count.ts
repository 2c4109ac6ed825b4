import type pg from 'pg';
import { untilCount } from './meter.ts';

/** Pauses last so many times as long as a count, so that counting takes a twentieth of a core from who is measured. */
const PAUSE_BY_COUNT = 20;
const SHORTEST_PAUSE_MS = 20;

/** Statements that count what a peer has stored, and what of it is in its rows. */
export interface RowCount {
  readonly stored: string;
  readonly projected: string;
}

/** Waits until everything that is stored by now is in the rows. @throws Error if they do not grow for three minutes */
export async function untilRowsAreThere(
  client: pg.ClientBase,
  { stored, projected }: RowCount,
): Promise<void> {
  await using meter = { count: () => count(client, projected), [Symbol.asyncDispose]: async () => undefined };
  const before = performance.now();
  const wanted = await count(client, stored);
  const pauseMs = (performance.now() - before) * PAUSE_BY_COUNT;
  await untilCount(meter, wanted, Math.max(SHORTEST_PAUSE_MS, pauseMs));
}

async function count(client: pg.ClientBase, expression: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(`select (${expression})::float8 as count`);
  return rows[0]?.count ?? 0;
}
