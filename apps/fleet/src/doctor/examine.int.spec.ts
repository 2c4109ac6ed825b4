import { createServer, type Server, type Socket } from 'node:net';
import { freePort } from '@eventfleet/embedded';
import { createTestDatabase, type TestDatabase } from '@eventfleet/testing';
import type { FleetConfig } from '../fleet.config.js';
import { PASSWORD, testKafkaSettings } from './doctor.fixture.js';
import { examine } from './examine.js';

const DEADLINE_MS = 1_000;

let store: TestDatabase;
beforeAll(async () => {
  store = await createTestDatabase('doctor');
});
afterAll(() => store.drop());

/** All servers but the read store are at one address. */
function configAt(address: string): FleetConfig {
  const rabbitmq = { url: `amqp://fleet:${PASSWORD}@${address}`, prefix: '' };
  return {
    eventStoreUrl: `postgres://fleet:${PASSWORD}@${address}/events`,
    readStoreUrl: store.url,
    kafka: {
      ...testKafkaSettings(),
      brokers: [address],
      sasl: { mechanism: 'plain', username: 'fleet', password: PASSWORD },
    },
    rabbitmq,
    signingKeys: [],
    personalDataKeys: [],
    apps: [],
    failpoint: undefined,
    reachableRabbitmq: rabbitmq,
  };
}

async function reachability(config: FleetConfig, deadlineMs?: number) {
  const findings = await examine(config, deadlineMs);
  expect(JSON.stringify(findings)).not.toContain(PASSWORD);
  return findings
    .filter(({ check }) => check === 'reachable')
    .map(({ area, value, verdict }) => [area, value, verdict]);
}

describe('servers that accept connections and do not answer', () => {
  const sockets = new Set<Socket>();
  let silent: Server;
  let address: string;
  beforeAll(async () => {
    silent = createServer((socket) => sockets.add(socket.on('error', () => undefined)));
    const port = await freePort();
    await new Promise<void>((resolve) => silent.listen(port, '127.0.0.1', resolve));
    address = `127.0.0.1:${port}`;
  });
  afterAll(() => {
    silent.close();
    for (const socket of sockets) socket.destroy();
  });

  it('are wrong once the deadline is over, and the others are judged', async () => {
    const late = `no answer within ${DEADLINE_MS} ms`;
    expect(await reachability(configAt(address), DEADLINE_MS)).toEqual([
      ['event store', `${address}/events: ${late}`, 'wrong'],
      ['read store', expect.stringContaining(new URL(store.url).pathname), 'ok'],
      ['kafka', `${address}: ${late}`, 'wrong'],
      ['rabbitmq', `${address}: ${late}`, 'wrong'],
    ]);
  });
});

describe('servers that cannot be reached', () => {
  it('are wrong with the reason, and the others are judged', async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const refused = `connect ECONNREFUSED ${address}`;
    expect(await reachability(configAt(address))).toEqual([
      ['event store', `${address}/events: ${refused}`, 'wrong'],
      ['read store', expect.stringContaining(new URL(store.url).pathname), 'ok'],
      ['kafka', expect.stringContaining(refused), 'wrong'],
      ['rabbitmq', `${address}: ${refused}`, 'wrong'],
    ]);
  });
});
