import type pg from 'pg';
import { setTimeout as delay } from 'node:timers/promises';
import { migrateEventStore, type TailPosition } from '@eventfleet/event-store';
import { createPool } from '@eventfleet/postgres';
import { createTestDatabase, eventually, type TestDatabase } from '@eventfleet/testing';
import { RelayLease } from './relay-lease.js';

const LEASE_MS = 200;
/** Long enough for a renewal in time on a busy machine. */
const RENEWED_LEASE_MS = 2_000;
const at = (n: number): TailPosition => ({ transactionId: String(n), globalPosition: String(n) });

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase('lease', migrateEventStore);
  pool = createPool({ url: database.url, applicationName: 'test', max: 2 });
});
beforeEach(async () => {
  await pool.query('truncate relay_checkpoints');
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const acquire = (holder: string, leaseMs = LEASE_MS) => RelayLease.acquire(pool, 'kafka', holder, leaseMs);
const takeOver = (holder: string) => eventually(() => acquire(holder));

describe('RelayLease', () => {
  it('ends with the timeline of the server: its holder reads from the checkpoint again', async () => {
    const lease = await takeOver('before');
    await lease.save(at(1), { saved: 'before' });
    // As a server that was promoted since looks to it.
    Object.assign(lease, { timeline: '0000FFFF' });

    await expect(lease.save(at(9), { saved: 'late' })).rejects.toMatchObject({ name: 'LeaseLost' });
    await expect(lease.renew()).rejects.toMatchObject({ name: 'LeaseLost' });
    expect(lease.isValid).toBe(false);

    await lease.release();
    expect(await acquire('before')).toMatchObject({ checkpoint: { position: at(1) } });
  });

  it('is held by one at a time, and kept by renewing it', async () => {
    const first = await eventually(() => acquire('first', RENEWED_LEASE_MS));
    for (let renewals = 0; renewals < 6; renewals++) {
      await delay(RENEWED_LEASE_MS / 5);
      await first.renew();
      expect(await acquire('second')).toBeUndefined();
    }
    await first.release();
    expect(await acquire('second')).toBeDefined();
  });

  it('lets its last holder write nothing after a take-over, even if the next holder is gone', async () => {
    const frozen = await takeOver('frozen');
    await frozen.save(at(1), { saved: 'before' });
    const next = await takeOver('next');
    expect(next.checkpoint).toMatchObject({ position: at(1), targetState: { saved: 'before' } });
    await next.save(at(5), { saved: 'since' });

    await expect(frozen.save(at(2), { saved: 'late' })).rejects.toMatchObject({ name: 'LeaseLost' });
    await expect(frozen.renew()).rejects.toMatchObject({ name: 'LeaseLost' });
    await frozen.release();
    expect(await acquire('third')).toBeUndefined();
    await next.release();
    await expect(frozen.save(at(2), { saved: 'late' })).rejects.toMatchObject({ name: 'LeaseLost' });

    expect((await takeOver('third')).checkpoint).toMatchObject({
      position: at(5),
      targetState: { saved: 'since' },
    });
  });

  it('stays free if a renewal of its last holder comes after the release', async () => {
    const lease = await takeOver('first');
    await lease.release();
    await expect(lease.renew()).rejects.toMatchObject({ name: 'LeaseLost' });
    expect(await acquire('second')).toBeDefined();
  });

  it('is not relied on by its own holder once it has expired', async () => {
    const lease = await takeOver('first');
    expect(lease.isValid).toBe(true);
    await delay(LEASE_MS + 10);
    expect(lease.isValid).toBe(false);
  });
});
