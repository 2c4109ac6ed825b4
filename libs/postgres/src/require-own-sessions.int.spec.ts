import { startRefusingPooler, testServers } from '@eventfleet/testing';
import { describeWithPgbouncer, startPgbouncer, type PgBouncer } from './pgbouncer.fixture.js';
import { sessionSettings } from './pool.js';
import { assertOwnSession, PROBE, requireOwnSessions } from './require-own-sessions.js';

const variable = 'SOME_STORE_URL';
const ADVICE = /; connect to Postgres directly, or through a pooler in session mode that passes [^\n]*$/;

describe('the check for a pooler', () => {
  it('accepts Postgres itself', async () => {
    const store = { variable, url: testServers().postgresUrl };
    await expect(requireOwnSessions([store, store])).resolves.toBeUndefined();
  });

  it('names the variable, the setting that is refused, and what to do, in one line', async () => {
    const pooler = await startRefusingPooler(testServers().postgresUrl);
    try {
      const refused = requireOwnSessions([{ variable, url: pooler.url }]);
      await expect(refused).rejects.toThrow(
        /^SOME_STORE_URL: a connection pooler in front of Postgres refuses the settings of a session \("unsupported startup parameter: options"\)/,
      );
      await expect(refused).rejects.toThrow(ADVICE);
    } finally {
      await pooler.close();
    }
  });

  it('does not take the address for a pooler if it names a database that there is not', async () => {
    const url = new URL(testServers().postgresUrl);
    url.pathname = '/no-such-database';
    await expect(assertOwnSession({ variable, url: url.href })).rejects.toMatchObject({ code: '3D000' });
  });
});

describeWithPgbouncer('the check behind PgBouncer', () => {
  let pooler: PgBouncer;
  afterEach(() => pooler.stop());

  const check = async (settings: Readonly<Record<string, string>>, connectQuery?: string) => {
    pooler = await startPgbouncer(settings, connectQuery);
    return assertOwnSession({ variable, url: pooler.url });
  };
  /** As if PgBouncer had passed them on. */
  const asAskedFor = Object.entries(sessionSettings(PROBE))
    .map(([name, value]) => `set ${name}=${value};`)
    .join('');

  it.each(['transaction', 'session'])('is refused in %s mode, as it is by default', async (mode) => {
    await expect(check({ pool_mode: mode })).rejects.toThrow(
      /refuses the settings of a session \("unsupported startup parameter/,
    );
  });

  it.each(['transaction', 'session'])('finds the settings that it drops in %s mode', async (mode) => {
    await expect(check({ pool_mode: mode, ignore_startup_parameters: 'options' })).rejects.toThrow(
      /drops the settings of a session \(transaction_timeout is not as asked for/,
    );
  });

  it('finds transaction mode itself, if no setting is missing', async () => {
    const settings = { pool_mode: 'transaction', ignore_startup_parameters: 'options' };
    await expect(check(settings, asAskedFor)).rejects.toThrow(/is in transaction mode/);
  });

  it('finds transaction mode also if sessions take turns', async () => {
    const settings = {
      pool_mode: 'transaction',
      ignore_startup_parameters: 'options',
      server_round_robin: '1',
    };
    await expect(check({ ...settings, min_pool_size: '3' }, asAskedFor)).rejects.toThrow(
      /is in transaction mode/,
    );
  });

  it('accepts session mode, if no setting is missing', async () => {
    const settings = { pool_mode: 'session', ignore_startup_parameters: 'options' };
    await expect(check(settings, asAskedFor)).resolves.toBeUndefined();
  });
});
