import { createHmac, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import type { Claim } from '@eventfleet/domain';
import { withTransaction } from '@eventfleet/postgres';
import type pg from 'pg';
import { storeUnavailable } from '../event-store.errors.js';
import type { KeyWrapper } from './key-wrapper.js';

const NAME = 'claims';
const PREFIX = 'h1.';
const ROWS_AT_ONCE = 5_000;

/** The key of a claim when it is stored: the same for the same claim, and nothing to be read from it. */
export function hashClaim({ scope, key }: Claim, secret: KeyObject): string {
  return PREFIX + createHmac('sha256', secret).update(`${scope}\n${key}`).digest('base64url');
}

/**
 * The secret with which claims are hashed. It outlives every wrapping key: a hash is never made again.
 * @throws EventStoreError `event-store-unavailable` before `fleet migrate` ran with `PERSONAL_DATA_KEY`, or if the secret
 *   cannot be unwrapped: nothing can be decided without it
 */
export async function readClaimSecret(pool: pg.Pool, wrapper: KeyWrapper): Promise<KeyObject> {
  const { rows } = await pool.query<{ wrapped: string }>(
    `select wrapped from personal_data_secrets where name = '${NAME}'`,
  );
  if (!rows[0])
    throw storeUnavailable(
      new Error('personal data is not encrypted yet: run fleet migrate with PERSONAL_DATA_KEY'),
    );
  try {
    return await wrapper.unwrap(rows[0].wrapped, NAME);
  } catch (error) {
    throw storeUnavailable(error);
  }
}

/** Whether `beginEncryption` was ever run on this store. */
export async function isEncryptionOn(store: pg.Pool | pg.ClientBase): Promise<boolean> {
  const { rowCount } = await store.query(`select from personal_data_secrets where name = '${NAME}'`);
  return rowCount === 1;
}

/**
 * Begins the encryption of personal data: makes the secret for claims, and takes the hash of each claim into its place.
 * One transaction, in which no claim is taken. Afterwards the table refuses a claim that is not hashed, so that a
 * process without the key cannot take one beside its hash. Idempotent.
 * @returns how many claims were hashed; undefined if encryption was on already
 */
export async function beginEncryption(pool: pg.Pool, wrapper: KeyWrapper): Promise<number | undefined> {
  return withTransaction(pool, async (client) => {
    await client.query(`set local statement_timeout = 0`);
    await client.query(`set local transaction_timeout = 0`);
    await client.query('lock table claims in access exclusive mode');
    if (await isEncryptionOn(client)) return undefined;
    const secret = createSecretKey(randomBytes(32));
    await client.query(`insert into personal_data_secrets (name, wrapped) values ('${NAME}', $1)`, [
      await wrapper.wrap(secret, NAME),
    ]);
    const hashed = await hashStoredClaims(client, secret);
    await client.query(`alter table claims add constraint claims_hashed check (key like '${PREFIX}%')`);
    return hashed;
  });
}

async function hashStoredClaims(client: pg.ClientBase, secret: KeyObject): Promise<number> {
  let hashed = 0;
  for (;;) {
    const { rows } = await client.query<Claim>(
      `select scope, key from claims where key not like '${PREFIX}%' limit ${ROWS_AT_ONCE}`,
    );
    if (rows.length === 0) return hashed;
    await client.query(
      `update claims set key = hashed.key
       from unnest($1::text[], $2::text[], $3::text[]) as hashed (scope, plain, key)
       where claims.scope = hashed.scope and claims.key = hashed.plain`,
      [rows.map((row) => row.scope), rows.map((row) => row.key), rows.map((row) => hashClaim(row, secret))],
    );
    hashed += rows.length;
  }
}
