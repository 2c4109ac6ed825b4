import { createHash, createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { createPool } from '@eventfleet/postgres';
import { createTestDatabase, type TestDatabase } from '@eventfleet/testing';
import type pg from 'pg';
import { migrateNotifier } from '../migrate.js';
import { takeFromMailQuotas, type MailQuotas } from './take-from-mail-quotas.js';

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase('mail-quotas');
  await migrateNotifier(database.url);
  pool = createPool({ url: database.url, applicationName: 'test', max: 4 });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const anyone = (): MailQuotas => ({
  address: `${randomUUID()}@example.org`,
  addressPerDay: 3,
  userId: randomUUID(),
  userPerDay: 5,
});

/** How many of ten mails are let through. */
async function takeTen(quotasOf: () => MailQuotas): Promise<number> {
  const taken = await Promise.all(Array.from({ length: 10 }, () => takeFromMailQuotas(pool, quotasOf())));
  return taken.filter(Boolean).length;
}

describe('the mails of a day', () => {
  it('are bounded for an address, whoever the user is, and for a user, whatever the address', async () => {
    const { address, userId } = anyone();
    expect(await takeTen(() => ({ ...anyone(), address }))).toBe(3);
    expect(await takeTen(() => ({ ...anyone(), userId }))).toBe(5);
    expect(await takeTen(anyone)).toBe(10);
  });

  it('are not bounded if the quota is 0', async () => {
    const unbounded = { ...anyone(), addressPerDay: 0, userPerDay: 0 };
    expect(await takeTen(() => unbounded)).toBe(10);
    expect(await takeTen(() => ({ ...unbounded, userPerDay: 5 }))).toBe(5);
  });

  it('come back evenly, and what is full again is forgotten', async () => {
    const own = anyone();
    expect(await takeTen(() => own)).toBe(3);
    const letPass = (hours: number) =>
      pool.query(`update notifier.mail_quotas set counted_at = counted_at - $1 * interval '1 hour'`, [hours]);
    await letPass(8.1);
    expect(await takeTen(() => ({ ...own, userId: randomUUID() }))).toBe(1);
    await letPass(25);
    for (let n = 0; n < 10; n++) await takeFromMailQuotas(pool, anyone());
    const { rows } = await pool.query(
      `select from notifier.mail_quotas where counted_at < now() - interval '1 day'`,
    );
    expect(rows).toEqual([]);
  });

  it('are counted without the address', async () => {
    const own = anyone();
    await takeFromMailQuotas(pool, own);
    const { rows } = await pool.query(`select recipient from notifier.mail_quotas`);
    expect(JSON.stringify(rows)).not.toContain(own.address);
  });

  it('are counted by a hash that nobody can make without the secret', async () => {
    const secret = createSecretKey(randomBytes(32));
    const own = anyone();
    expect(await takeTen(() => ({ ...anyone(), address: own.address, secret }))).toBe(3);
    const { rows } = await pool.query(`select recipient from notifier.mail_quotas`);
    const plain = createHash('sha256').update(own.address).digest('base64url');
    expect(JSON.stringify(rows)).not.toContain(plain);
  });
});
