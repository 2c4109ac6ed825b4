import { jest } from '@jest/globals';
import { migrateEventStore } from '@eventfleet/event-store';
import { createPool } from '@eventfleet/postgres';
import { migrateReadStore } from '@eventfleet/read-models';
import { createTestDatabase } from '@eventfleet/testing';
import type { FleetConfig } from '../fleet.config.js';
import { verify, type VerifyArguments } from './verify.js';

it('names what differs, without data; mends it if told to; the exit code says whether something is left', async () => {
  const [reads, events] = await Promise.all([
    createTestDatabase('verify', migrateReadStore),
    createTestDatabase('verify-events', migrateEventStore),
  ]);
  const config: FleetConfig = {
    eventStoreUrl: events.url,
    readStoreUrl: reads.url,
    kafka: {
      brokers: [],
      ssl: false,
      replicationFactor: 1,
      topicPrefix: '',
      partitions: 3,
      sessionTimeoutMs: 1,
    },
    rabbitmq: undefined,
    reachableRabbitmq: { url: '', prefix: '' },
    signingKeys: [],
    personalDataKeys: [],
    apps: [],
    failpoint: undefined,
  };
  const pool = createPool({ url: reads.url, applicationName: 'test', max: 1 });
  const printed = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  async function run(options: VerifyArguments): Promise<{ lines: string[]; exitCode: unknown }> {
    printed.mockClear();
    process.exitCode = 0;
    await verify(config, options);
    const { exitCode } = process;
    process.exitCode = 0;
    return { lines: printed.mock.calls.flatMap(([text]) => String(text).split('\n')), exitCode };
  }
  const id = '0198c0de-0000-7000-8000-00000000000a';
  await pool.query(
    `insert into user_list (id, name, email, email_key, status, version, created_at, updated_at)
     values ($1, 'Eve', 'eve@example.org', 'eve@example.org', 'active', 1, now(), now())`,
    [id],
  );
  await pool.query('insert into user_stats (partition, total, deleted) values (1, 2, 0)');
  const none = [
    'user-list: 0 compared, 0 differences, 0 left',
    'user-stats: 0 compared, 0 differences, 0 left',
  ];

  try {
    expect(await run({ key: undefined })).toEqual({
      lines: [
        'user-list: 1 compared, 1 differences, 1 left',
        `  ${id}: unexpected-row`,
        'user-stats: 0 compared, 1 differences, 1 left',
        '  counter total of partition 1: 2 too many',
      ],
      exitCode: 1,
    });
    expect(await run({ key: id.toUpperCase(), projection: 'user-list', mend: true })).toEqual({
      lines: ['user-list: 1 compared, 1 differences, 0 left', `  ${id}: unexpected-row, mended`],
      exitCode: 0,
    });
    expect((await run({ key: undefined, mend: true })).exitCode).toBe(0);
    expect(await run({ key: undefined })).toEqual({
      lines: none,
      exitCode: 0,
    });
    const { lines } = await run({ key: id, projection: 'user-list', json: true });
    expect(JSON.parse(lines.join('\n'))).toMatchObject([
      { projection: 'user-list', checked: 1, differences: 0 },
    ]);
    await expect(verify(config, { key: 'nobody' })).rejects.toThrow('must be a UUID');
    await expect(verify(config, { key: id, projection: 'x' })).rejects.toThrow('only user-list, user-stats');
  } finally {
    printed.mockRestore();
    await pool.end();
    await Promise.all([reads.drop(), events.drop()]);
  }
});
