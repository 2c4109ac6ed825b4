import { randomUUID } from 'node:crypto';
import {
  migrateEventStore,
  readErasure,
  type ErasureReceipt,
  type RunningErasure,
} from '@eventfleet/event-store';
import { createPool } from '@eventfleet/postgres';
import { createTestDatabase, type TestDatabase } from '@eventfleet/testing';
import type pg from 'pg';
import { pino } from 'pino';
import { DELETED, type ErasurePlace } from './erasure-place.js';
import { ErasureProcess } from './erasure-process.js';

const ERASED = { outcome: DELETED, count: 1 };

let database: TestDatabase;
let pool: pg.Pool;

beforeEach(async () => {
  database = await createTestDatabase('erasure-process', migrateEventStore);
  pool = createPool({ url: database.url, applicationName: 'test', max: 2 });
});
afterEach(async () => {
  await pool.end();
  await database.drop();
});

function processOf(...places: ErasurePlace[]): ErasureProcess {
  return new ErasureProcess({ pool, places, logger: pino({ level: 'silent' }) });
}

/** Records erasures as an append does. @returns the id of the last one */
async function request(aggregateType: string, count = 1): Promise<string> {
  const id = randomUUID();
  await pool.query(
    `insert into erasures (erasure_id, aggregate_type, aggregate_id)
     select case when n = $3 then $1::uuid else gen_random_uuid() end, $2, gen_random_uuid()
     from generate_series(1, $3::integer) as n`,
    [id, aggregateType, count],
  );
  return id;
}

async function stateOf(id: string): Promise<{ state?: ErasureReceipt['state']; places: readonly string[] }> {
  const receipt = await readErasure(pool, id);
  return {
    ...(receipt && { state: receipt.state }),
    places: (receipt?.places ?? []).map(({ place }) => place).toSorted(),
  };
}

describe('an erasure', () => {
  it('sees to a place only once those are done from which copies can come to it', async () => {
    let areCommandsHandled = false;
    const erase = async () => ERASED;
    const process = processOf(
      { name: 'memory', erase },
      { name: 'commands', erase: async () => (areCommandsHandled ? ERASED : undefined) },
      { name: 'dead letters', after: ['commands'], erase },
      { name: 'logs', erase },
    );
    const id = await request('user');

    await process.turn();
    expect(await stateOf(id)).toEqual({ state: 'running', places: ['logs', 'memory'] });
    areCommandsHandled = true;
    await process.turn();

    const places = ['commands', 'dead letters', 'logs', 'memory'];
    expect(await stateOf(id)).toEqual({ state: 'done', places });
  });

  it('is not held up by those before it, however many these are', async () => {
    const erase = async ({ aggregateType }: RunningErasure) =>
      aggregateType === 'user' ? ERASED : undefined;
    await request('stuck', 1_001);
    const id = await request('user');

    await processOf({ name: 'memory', erase }).turn();

    expect(await stateOf(id)).toEqual({ state: 'done', places: ['memory'] });
  });
});
