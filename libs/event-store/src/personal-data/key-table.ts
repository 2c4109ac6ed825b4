import { withArrayTexts, type Statement } from '@eventfleet/postgres';
import type pg from 'pg';

/** A data key as it is stored. */
export interface StoredKey {
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly kid: string;
  readonly wrapped: string;
}

/** What the table says of an aggregate. A row without a key is the fence: nothing ever gives it a key again. */
export type KeyState =
  | { readonly kind: 'key'; readonly kid: string; readonly wrapped: string }
  | { readonly kind: 'erased' }
  /** It never had a key, or the server is a standby and lacks it yet. */
  | { readonly kind: 'none'; readonly isStandby: boolean };

/** An aggregate whose personal data is erased. */
export interface ErasedAggregate {
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly erasureId: string;
}

interface Row {
  readonly id: string;
  readonly kid: string | null;
  readonly wrapped: string | null;
  readonly is_standby: boolean;
}

export async function readKeys(
  store: pg.Pool | pg.ClientBase,
  aggregateType: string,
  aggregateIds: readonly string[],
): Promise<ReadonlyMap<string, KeyState>> {
  const { rows } = await store.query<Row>(
    withArrayTexts({
      name: 'read-personal-data-keys',
      // A look into the index for each. For a join, a plan that was kept since the table was small reads all of it.
      text: `select wanted.id, kid, wrapped, (select pg_is_in_recovery()) as is_standby
             from unnest($2::uuid[]) as wanted (id)
             left join lateral (select kid, wrapped from personal_data_keys
                                where aggregate_type = $1 and aggregate_id = wanted.id limit 1) as key on true`,
      values: [aggregateType, aggregateIds],
    }),
  );
  return new Map(rows.map((row) => [row.id, toState(row)]));
}

function toState({ kid, wrapped, is_standby: isStandby }: Row): KeyState {
  if (kid === null) return { kind: 'none', isStandby };
  return wrapped === null ? { kind: 'erased' } : { kind: 'key', kid, wrapped };
}

/** Refused with a unique violation if one of them has a key, or is erased. */
export function insertKeys(keys: readonly StoredKey[]): Statement {
  const rows = keys.toSorted((a, b) => (a.aggregateId < b.aggregateId ? -1 : 1));
  return {
    name: 'insert-personal-data-keys',
    text: `insert into personal_data_keys (aggregate_type, aggregate_id, kid, wrapped)
           select * from unnest($1::text[], $2::uuid[], $3::text[], $4::text[])`,
    values: [
      rows.map((row) => row.aggregateType),
      rows.map((row) => row.aggregateId),
      rows.map((row) => row.kid),
      rows.map((row) => row.wrapped),
    ],
  };
}

/**
 * Destroys the keys of aggregates, leaves a fence in their place, and records that the copies of their data have to be
 * removed. To be repeated as often as one likes. Belongs to the transaction of the event that says so.
 */
export function destroyKeys(erased: readonly ErasedAggregate[]): Statement[] {
  const rows = erased.toSorted((a, b) => (a.aggregateId < b.aggregateId ? -1 : 1));
  const types = rows.map((row) => row.aggregateType);
  const ids = rows.map((row) => row.aggregateId);
  return [
    {
      name: 'destroy-personal-data-keys',
      text: `insert into personal_data_keys as present (aggregate_type, aggregate_id, kid, wrapped, erased_at)
             select type, id, '', null, now() from unnest($1::text[], $2::uuid[]) as erased (type, id)
             on conflict (aggregate_type, aggregate_id) do update
               set wrapped = null, erased_at = coalesce(present.erased_at, excluded.erased_at)`,
      values: [types, ids],
    },
    {
      name: 'request-erasures',
      text: `insert into erasures (erasure_id, aggregate_type, aggregate_id)
             select * from unnest($3::uuid[], $1::text[], $2::uuid[]) on conflict do nothing`,
      values: [types, ids, rows.map((row) => row.erasureId)],
    },
  ];
}
