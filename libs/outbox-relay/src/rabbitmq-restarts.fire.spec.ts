import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findRabbitmq, freePort, startRabbitmq, type RabbitmqServer } from '@eventfleet/embedded';
import { RabbitmqRelays } from './rabbitmq-relay.fixture.js';
import { inVersionOrder, startRelayFixture, type RelayFixture } from './relay.fixture.js';

/** Some 500 events a second. */
const PACE_MS = 20;

const source = await findRabbitmq(undefined);
const missing = 'missing' in source ? ` (${source.missing})` : '';

(missing ? describe.skip : describe)(`the relay to a RabbitMQ that restarts${missing}`, () => {
  let folder: string;
  let port: number;
  let server: RabbitmqServer;
  let fixture: RelayFixture;
  let relays: RabbitmqRelays;

  const start = async () =>
    (server = await startRabbitmq({
      program: 'program' in source ? source.program : '',
      dataDir: join(folder, 'data'),
      port,
      logFile: join(folder, 'log'),
      pidFile: join(folder, 'rabbitmq.pid'),
    }));

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rabbitmq-'));
    port = await freePort();
    await start();
    fixture = await startRelayFixture();
    relays = await RabbitmqRelays.open(fixture, server.url);
    relays.start();
  });
  afterAll(async () => {
    await relays.close();
    await fixture.close();
    await server.stop();
    await rm(folder, { recursive: true });
  });

  it.each([['SIGTERM'], ['SIGKILL']] as const)(
    'misses nothing over %s under load, and first appearances are in order',
    async (signal) => {
      let stored = 0;
      let isOver = false;
      const ids = await fixture.store(10);
      stored += 10;
      const storing = (async () => {
        for (let version = 2; !isOver; version++) {
          await fixture.store(10, ids, version);
          stored += 10;
          await delay(PACE_MS);
        }
      })();

      server.kill(signal);
      await server.exited;
      await start();
      isOver = true;
      await storing;
      await relays.drained();

      const events = (await relays.published()).filter(({ aggregateId }) => ids.includes(aggregateId));
      expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(stored);
      expect(inVersionOrder(events)).toBe(true);
    },
  );
});
