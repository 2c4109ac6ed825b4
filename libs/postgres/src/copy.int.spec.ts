import { createTestDatabase, type TestDatabase } from '@eventfleet/testing';
import pg from 'pg';
import { copyIn, copyOut, fromCopyLine, type CopyRow } from './copy.js';

const AWKWARD = [
  '',
  '\\N',
  '\\',
  '\\t',
  'a\tb',
  'a\nb',
  'a\r\nb',
  '\\.',
  'ä 漢 😀',
  '\u0001\b\f\v',
  '{"a": "\\u0000"}',
];

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase('copy');
  client = new pg.Client({ connectionString: database.url, query_timeout: 60_000 });
  await client.connect();
});
beforeEach(async () => {
  await client.query('drop table if exists lines');
  await client.query('create table lines (number integer primary key, text text)');
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

describe('COPY', () => {
  it('brings every text in and out unchanged', async () => {
    const rows: CopyRow[] = [...AWKWARD, null].map((text, number) => [number, text]);

    await copyIn(client, 'lines (number, text)', rows);

    const stored = await client.query<[number, string | null]>({
      text: 'select * from lines order by number',
      rowMode: 'array',
    });
    expect(stored.rows).toEqual(rows);
    const out = await copyOut(client, 'select number, text from lines order by number');
    expect(out.map(fromCopyLine)).toEqual(rows.map(([number, text]) => [String(number), text]));
  });

  it('takes and gives many rows, and none', async () => {
    const rows = Array.from({ length: 50_000 }, (_, number): CopyRow => [
      number,
      `text ${number}`.repeat(10),
    ]);

    await copyIn(client, 'lines (number, text)', rows);
    await copyIn(client, 'lines (number, text)', []);

    expect(await copyOut(client, 'select * from lines order by number')).toHaveLength(rows.length);
    expect(await copyOut(client, 'select * from lines where false')).toEqual([]);
  });

  it('takes no row of those that the server refuses, and leaves the connection usable', async () => {
    const rows = Array.from({ length: 20_000 }, (_, number): CopyRow => [number % 19_999, 'x'.repeat(500)]);

    for (let attempt = 0; attempt < 3; attempt++) {
      await client.query('begin');
      await expect(copyIn(client, 'lines (number, text)', rows)).rejects.toMatchObject({ code: '23505' });
      await client.query('rollback');
      await expect(copyIn(client, 'lines (number, text)', [[1, 'nul \0']])).rejects.toMatchObject({
        code: '22021',
      });
    }

    await copyIn(client, 'lines (number, text)', rows.slice(0, 10_000));
    expect((await client.query('select from lines')).rowCount).toBe(10_000);
  });

  it('leaves no timer behind that would keep the process alive', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const before = timers();

    await copyIn(client, 'lines (number, text)', [[1, 'a']]);
    await copyOut(client, 'select * from lines');

    expect(timers()).toBe(before);
  });
});
