import type pg from 'pg';
import { LIVE_SCHEMA } from './generation.js';

/** Whoever may use the live schema may use that of a generation: an erasure takes rows out of all of them. */
export async function copySchemaGrants(client: pg.ClientBase, schema: string): Promise<void> {
  const { rows } = await client.query<{ grantee: string }>(
    `select distinct case grantee when 0 then 'public' else quote_ident(grantee::regrole::text) end as grantee
     from pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner)))
     where nspname = '${LIVE_SCHEMA}' and privilege_type = 'USAGE' and grantee <> nspowner`,
  );
  for (const { grantee } of rows) await client.query(`grant usage on schema ${schema} to ${grantee}`);
}
