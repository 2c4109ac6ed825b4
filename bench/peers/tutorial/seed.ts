import type pg from 'pg';
import { userEmail, userId } from '../../support/events.ts';

/** Users who are there already, in both of the tutorial's tables. */
export async function seedTutorial(client: pg.ClientBase, users: number): Promise<void> {
  const numbers = Array.from({ length: users }, (_, index) => index + 1);
  const columns = [numbers.map(userId), numbers.map((n) => `User ${n}`), numbers.map(userEmail)];
  await client.query(
    `insert into user_events (aggregate_id, version, type, data)
     select id, 1, 'user.created', jsonb_build_object('name', name, 'email', email)
     from unnest($1::uuid[], $2::text[], $3::text[]) as seeded (id, name, email)`,
    columns,
  );
  await client.query(
    `insert into users (id, name, email, version)
     select id, name, email, 1 from unnest($1::uuid[], $2::text[], $3::text[]) as seeded (id, name, email)`,
    columns,
  );
}
