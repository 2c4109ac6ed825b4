import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { send, sendUntilServed } from './http.js';

export const emailOf = (id: string) => `${id}@example.org`;

/** Creates a user at `users`, the address of the collection, and returns its id. */
export async function createUserAt(users: string, id: string = randomUUID()): Promise<string> {
  const user = { id, name: 'Ada', email: emailOf(id) };
  const created = await sendUntilServed(() => send('POST', users, user, { 'Idempotency-Key': id }));
  expect(created.status).toBe(201);
  return id;
}

/** Everything that a command can leave behind in the event store: a refused one leaves none of it. */
export async function countTraces(store: pg.Pool): Promise<number> {
  const result = await store.query<{ rows: number }>(
    `select ((select count(*) from events) + (select count(*) from claims)
             + (select count(*) from idempotency.answers))::integer as rows`,
  );
  return result.rows[0]!.rows;
}
