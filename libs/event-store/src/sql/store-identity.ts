import type pg from 'pg';

/**
 * As SQL: the server that answers, and which of its timelines. A restore, or the promotion of a standby, begins another
 * one. A standby has none: there it fails.
 */
export const STORE_IDENTITY = `(select system_identifier::text from pg_control_system()) as system_identifier,
  ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::bigint as timeline`;

/**
 * Whether the store is another server, or on another timeline, than when it was last compared with what was published. It
 * may then lack events, and have keys again that were destroyed. A standby cannot say, and counts as compared.
 */
export async function mayHaveGoneBack(client: pg.ClientBase | pg.Pool): Promise<boolean> {
  const { rows } = await client.query<{ may_have: boolean }>(
    `select case when pg_is_in_recovery() then false else exists (
       select from history, (select ${STORE_IDENTITY}) as now
       where (history.system_identifier, history.timeline) is distinct from (now.system_identifier, now.timeline)
     ) end as may_have`,
  );
  return rows[0]?.may_have ?? true;
}
