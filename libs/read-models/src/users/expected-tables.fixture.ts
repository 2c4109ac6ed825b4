import type pg from 'pg';
import { emailKey, userEvents, type RecordedEvent } from '@eventfleet/contracts';

export interface UserTables {
  readonly users: readonly object[];
  readonly stats: readonly object[];
  readonly days: readonly object[];
  /** The version that each projection has applied of each user. */
  readonly versions: readonly object[];
}

interface Row {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly email_key: string;
  readonly status: string;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
}

const STATUS_AFTER: Readonly<Record<string, string>> = {
  'user.email-verified': 'active',
  'user.deactivated': 'deactivated',
};

const PROJECTIONS = ['user-list', 'user-stats'];

/** What the tables must hold after these histories: one event after the other, one partition after the other. */
export function expectedTables(logs: readonly (readonly RecordedEvent[])[]): UserTables {
  const users = new Map<string, Row>();
  const versions = new Map<string, number>();
  const days = new Map<string, { partition: number; day: string; created: number }>();
  const stats = logs.map((_, partition) => ({ partition, total: 0, deleted: 0 }));
  for (const [partition, log] of logs.entries()) {
    for (const recorded of log) {
      const event = userEvents.parse(recorded);
      const { aggregateId: id, version, occurredAt } = event;
      versions.set(id, version);
      if (event.type === 'user.created') {
        const { name, email, status = 'active' } = event.data;
        const times = { created_at: occurredAt, updated_at: occurredAt };
        users.set(id, { id, name, email, email_key: emailKey(email), status, version, ...times });
        stats[partition]!.total++;
        const day = occurredAt.slice(0, 10);
        const created = (days.get(`${partition} ${day}`)?.created ?? 0) + 1;
        days.set(`${partition} ${day}`, { partition, day, created });
      } else if (event.type === 'user.updated') {
        const row = users.get(id)!;
        const { name = row.name, email = row.email } = event.data;
        const changed = { name, email, email_key: emailKey(email), version, updated_at: occurredAt };
        users.set(id, { ...row, ...changed });
      } else if (event.type !== 'user.deleted') {
        const row = users.get(id)!;
        users.set(id, {
          ...row,
          status: STATUS_AFTER[event.type] ?? row.status,
          version,
          updated_at: occurredAt,
        });
      } else {
        users.delete(id);
        stats[partition]!.deleted++;
      }
    }
  }
  return {
    users: sorted(users.values()),
    stats: sorted(stats.filter(({ total }) => total > 0)),
    days: sorted(days.values()),
    versions: sorted(
      PROJECTIONS.flatMap((projection) =>
        [...versions].map(([id, version]) => ({ projection, id, version })),
      ),
    ),
  };
}

export async function readTables(pool: pg.Pool): Promise<UserTables> {
  const iso = (column: string) =>
    `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as ${column}`;
  const read = async (select: string) => sorted((await pool.query<object>(select)).rows);
  return {
    users: await read(
      `select id, name, email, email_key, status, version, ${iso('created_at')}, ${iso('updated_at')} from user_list`,
    ),
    stats: await read('select partition, total::integer, deleted::integer from user_stats'),
    days: await read('select partition, day::text, created::integer from user_stats_days'),
    versions: await read('select projection, aggregate_id as id, version from projection_versions'),
  };
}

function sorted<T extends object>(rows: Iterable<T>): T[] {
  return [...rows].toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
