import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '@eventfleet/testing';
import { createPool } from './pool.js';
import { pipeline, StatementNotSent } from './pipeline.js';
import type { Statement } from './statement.js';
import { withClient } from './transaction.js';

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase('pipeline');
  pool = createPool({ url: database.url, applicationName: 'test', max: 1, pipeline: true });
  await pool.query('create table things (thing text)');
});
afterEach(() => pool.query('truncate things'));
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const INSERTS = 3;
const insert = (value: unknown): Statement => ({
  name: 'insert-thing',
  text: 'insert into things values ($1)',
  values: [value],
});
const unserialisable = {
  toPostgres() {
    throw new RangeError('Invalid string length');
  },
};
/** Everything that pg does with a statement on its way to the socket. */
const STEPS = ['parse', 'bind', 'describe', 'execute', 'sync'] as const;

async function things(): Promise<unknown[]> {
  return (await pool.query('select thing from things')).rows;
}

function sendAll(client: pg.PoolClient, values: readonly unknown[]): Promise<unknown> {
  return pipeline(client, ['begin', ...values.map(insert), 'commit']);
}

describe('a transaction of which one statement fails in the client', () => {
  it.each([0, 1, 2])(
    'commits nothing when statement %i cannot be serialised, and sends nothing',
    async (index) => {
      const values = Array.from({ length: INSERTS }, (_, at) => (at === index ? unserialisable : 'thing'));
      await withClient(pool, async (client) => {
        const before = await backendOf(client);
        await expect(sendAll(client, values)).rejects.toThrow(StatementNotSent);
        // The client is as before: no transaction was begun, none is to be ended.
        expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
        expect(await backendOf(client)).toBe(before);
      });
      expect(await things()).toEqual([]);
    },
  );

  const writes = [0, 1, 2].flatMap((index) => STEPS.map((step) => [index, step] as const));
  it.each(writes)(
    'commits nothing when statement %i fails at its %s, and closes the client',
    async (index, step) => {
      let before: unknown;
      const failed = withClient(pool, async (client) => {
        before = await backendOf(client);
        failAt(client, step, index);
        await sendAll(client, ['thing', 'thing', 'thing']);
      });
      await expect(failed).rejects.toThrow(/^Connection terminated/);
      expect(await things()).toEqual([]);
      expect(await withClient(pool, backendOf)).not.toBe(before);
    },
  );

  it('commits nothing when pg refuses a statement without serialising it', async () => {
    const other = { ...insert('thing'), text: 'insert into things values ($1 || $1)' };
    const failed = withClient(pool, (client) =>
      pipeline(client, ['begin', insert('thing'), other, insert('thing'), 'commit']),
    );
    await expect(failed).rejects.toThrow(/^Connection terminated/);
    expect(await things()).toEqual([]);
  });

  it('commits nothing on a client that does not pipeline either', async () => {
    const single = createPool({ url: database.url, applicationName: 'test', max: 1 });
    try {
      const failed = withClient(single, (client) => {
        failAt(client, 'bind', 1);
        return sendAll(client, ['thing', 'thing', 'thing']);
      });
      await expect(failed).rejects.toThrow('cannot write');
      expect(await things()).toEqual([]);
    } finally {
      await single.end();
    }
  });
});

async function backendOf(client: pg.ClientBase): Promise<unknown> {
  return (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid;
}

type Step = (...args: unknown[]) => void;
type Connection = Record<(typeof STEPS)[number], Step> & { submittedNamedStatements: object };

/** Lets a step of the nth insert throw. Each is parsed anew, so that every step is taken for each. */
function failAt(client: pg.ClientBase, failing: (typeof STEPS)[number], nth: number): void {
  const { connection } = client as pg.ClientBase & { connection: Connection };
  let seen = 0;
  for (const step of STEPS) {
    const proceed = connection[step].bind(connection);
    connection[step] = (...args) => {
      if (step === failing && seen++ === nth) throw new RangeError('cannot write');
      proceed(...args);
      if (step === 'bind') connection.submittedNamedStatements = {};
    };
  }
}
