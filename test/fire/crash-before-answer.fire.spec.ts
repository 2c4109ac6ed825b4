import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { eventually } from '@eventfleet/testing';
import { startFleet, type Fleet } from '../e2e/support/fleet.js';
import { startHoldingProxy, type HoldingProxy } from '../e2e/support/holding-proxy.js';
import { send } from '../e2e/support/http.js';

let fleet: Fleet;
let proxy: HoldingProxy;

beforeAll(async () => {
  fleet = await startFleet('crash', { commandApis: 1 });
  const { hostname: host, port } = new URL(fleet.eventStoreUrl);
  proxy = await startHoldingProxy({ host, port: Number(port) });
});
afterAll(async () => {
  await proxy.close();
  await fleet.stop();
});

describe('a process killed between commit and answer', () => {
  it('has done the command once: the same key gives its answer, from any copy', async () => {
    const throughProxy = new URL(fleet.eventStoreUrl);
    throughProxy.port = String(proxy.port);
    const victim = await fleet.start('command-api', { EVENT_STORE_URL: throughProxy.href });
    const id = randomUUID();
    const user = { id, name: 'Ada', email: `${id}@example.org` };
    const headers = { 'Idempotency-Key': id };

    const held = proxy.holdAnswersAfter('insert-events');
    const unanswered = send('POST', `${victim.url}/users`, user, headers);
    unanswered.catch(() => undefined);
    await held;
    const store = new pg.Client({ connectionString: fleet.eventStoreUrl });
    await store.connect();
    const countOf = async () =>
      (await store.query('select 1 from events where aggregate_id = $1', [id])).rowCount ?? 0;
    await eventually(async () => (await countOf()) === 1, { describe: 'the commit' });
    victim.kill('SIGKILL');
    await expect(unanswered).rejects.toThrow();
    await victim.exited;

    const repeated = await send('POST', `${fleet.commandApis[0]!.url}/users`, user, headers);
    expect(repeated.status).toBe(201);
    expect(repeated.body).toEqual({ id, version: 1 });
    expect(repeated.headers.get('idempotency-replayed')).toBe('true');
    expect(await countOf()).toBe(1);
    await store.end();
  });
});
