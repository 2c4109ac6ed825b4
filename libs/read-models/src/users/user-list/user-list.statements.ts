import type { Statement } from '@eventfleet/postgres';

export interface InsertedUser {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly emailKey: string;
  readonly status: string;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What is absent stays as it is. */
export interface UpdatedUser {
  readonly id: string;
  readonly name?: string;
  readonly email?: string;
  readonly emailKey?: string;
  readonly status?: string;
  readonly version: number;
  readonly updatedAt: string;
}

export function insertUsers(rows: readonly InsertedUser[]): Statement {
  return {
    name: 'insert-users',
    text: `insert into user_list (id, name, email, email_key, status, version, created_at, updated_at)
           select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::integer[],
                                $7::timestamptz[], $8::timestamptz[])`,
    values: [
      rows.map((row) => row.id),
      rows.map((row) => row.name),
      rows.map((row) => row.email),
      rows.map((row) => row.emailKey),
      rows.map((row) => row.status),
      rows.map((row) => row.version),
      rows.map((row) => row.createdAt),
      rows.map((row) => row.updatedAt),
    ],
  };
}

export function updateUsers(rows: readonly UpdatedUser[]): Statement {
  return {
    name: 'update-users',
    // By the ids too: to join by a plan that was kept since the table was small is to read all of it.
    text: `update user_list set
             name = coalesce(changed.name, user_list.name),
             email = coalesce(changed.email, user_list.email),
             email_key = coalesce(changed.email_key, user_list.email_key),
             status = coalesce(changed.status, user_list.status),
             version = changed.version,
             updated_at = changed.updated_at
           from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::integer[], $7::timestamptz[])
             as changed (id, name, email, email_key, status, version, updated_at)
           where user_list.id = changed.id and user_list.id = any($1::uuid[])`,
    values: [
      rows.map((row) => row.id),
      rows.map((row) => row.name ?? null),
      rows.map((row) => row.email ?? null),
      rows.map((row) => row.emailKey ?? null),
      rows.map((row) => row.status ?? null),
      rows.map((row) => row.version),
      rows.map((row) => row.updatedAt),
    ],
  };
}

export function deleteUsers(ids: readonly string[]): Statement {
  return { name: 'delete-users', text: `delete from user_list where id = any($1::uuid[])`, values: [ids] };
}
