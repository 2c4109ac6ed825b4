import { createSecretKey, randomUUID } from 'node:crypto';
import { kafkaSettings, kafkaVariables, loadConfig } from '@eventfleet/config';
import { EventStore } from '@eventfleet/event-store';
import { createKafka } from '@eventfleet/kafka';
import { armFailpoint, disarmFailpoints } from '@eventfleet/resilience';
import { describeWithRabbitmq, eventually } from '@eventfleet/testing';
import { pino } from 'pino';
import { z } from 'zod';
import { startTcpProxy, type TcpProxy } from '../../../test/support/tcp-proxy.ts';
import { KafkaTarget } from './kafka-target.js';
import { OutboxRelay } from './outbox-relay.js';
import { RabbitmqRelays } from './rabbitmq-relay.fixture.js';
import { countBacklog } from './read-backlog.js';
import { inVersionOrder, startRelayFixture, type RelayFixture } from './relay.fixture.js';
import { rewindRelay } from './rewind.js';

const logger = pino({ level: 'silent' });

describeWithRabbitmq('the relay to RabbitMQ', (url) => {
  let fixture: RelayFixture;
  let relays: RabbitmqRelays;
  let proxy: TcpProxy;

  beforeEach(async () => {
    fixture = await startRelayFixture();
    relays = await RabbitmqRelays.open(fixture, url);
    const { hostname, port } = new URL(url);
    proxy = await startTcpProxy({ host: hostname, port: Number(port) });
  });
  afterEach(async () => {
    await proxy.close();
    await relays.close();
    await fixture.close();
  });

  const proxied = () => {
    const address = new URL(url);
    address.host = `127.0.0.1:${proxy.port}`;
    return address.href;
  };
  const freeze = () => {
    for (const { toServer, toClient } of proxy.connections)
      for (const flow of [toServer, toClient]) flow.hold();
  };

  it('publishes every event once and in order, over clean stops and to two copies', async () => {
    const ids = await fixture.store(100);
    const first = relays.start();
    await relays.drained();
    await first.stop();
    await fixture.store(100, ids, 11);
    const [second] = [relays.start(), relays.start()];
    await relays.drained();
    await second.stop();
    await fixture.store(100, ids, 21);
    await relays.drained();

    const events = await relays.published();

    expect(events).toHaveLength(300);
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(300);
    expect(inVersionOrder(events)).toBe(true);
  });

  it('signs every event where there is a key', async () => {
    const signingKey = { kid: 'k', secret: createSecretKey(Buffer.alloc(32, 1)) };
    await fixture.store(20);
    relays.start(url, signingKey);
    await relays.drained();

    expect(await relays.published([signingKey])).toHaveLength(20);
  });

  it('publishes many events of one aggregate in order', async () => {
    await fixture.store(300, [randomUUID()]);
    relays.start();
    await relays.drained();

    const events = await relays.published();

    expect(events.map(({ version }) => version)).toEqual(
      Array.from({ length: 300 }, (_, index) => index + 1),
    );
  });

  it.each(['before the send', 'between two sends', 'between send and checkpoint'] as const)(
    'loses nothing and keeps the order when it fails %s',
    async (point) => {
      let died = false;
      armFailpoint(`${point}@2`, () => {
        died = true;
        throw new Error('died');
      });
      await fixture.store(60);
      const relay = relays.start();
      await relays.drained().finally(disarmFailpoints);
      await relay.stop();

      const events = await relays.published();

      expect(died).toBe(true);
      expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(60);
      expect(inVersionOrder(events)).toBe(true);
    },
  );

  it('publishes everything again after a rewind', async () => {
    await fixture.store(20);
    relays.start();
    await relays.drained();
    await rewindRelay(fixture.pool, 'rabbitmq');
    await eventually(async () => (await countBacklog(fixture.pool, 'rabbitmq')) === 0);

    await eventually(async () => (await relays.published()).length >= 20);
  });

  it('goes on while Kafka is frozen', async () => {
    const frozen = await startTcpProxy({ host: '127.0.0.1', port: 1 }, ({ toServer, toClient }) => {
      toServer.hold();
      toClient.hold();
    });
    const variables = { KAFKA_BROKERS: `127.0.0.1:${frozen.port}`, KAFKA_REPLICATION_FACTOR: '1' };
    const target = new KafkaTarget({
      kafka: createKafka(kafkaSettings(loadConfig(z.object(kafkaVariables), variables)), 'test', logger),
      catalogs: [{ aggregateType: 'account', topic: 'account-events' }],
      topicPrefix: '',
      locate: (references) => new EventStore(fixture.pool).locateEvents(references),
    });
    const toKafka = new OutboxRelay({ pool: fixture.pool, target, logger, holder: randomUUID() });
    toKafka.start();
    relays.start();

    try {
      await fixture.store(50);
      await relays.drained();

      await expect(relays.published()).resolves.toHaveLength(50);
      await expect(countBacklog(fixture.pool, 'kafka')).resolves.toBe(50);
    } finally {
      await frozen.close();
      await toKafka.stop();
    }
  });

  it('leaves Kafka alone while RabbitMQ is frozen, and catches up afterwards, in order', async () => {
    fixture.startRelay();
    const relay = relays.start(proxied());
    const ids = await fixture.store(20);
    await relays.drained();
    freeze();
    await fixture.store(50, ids, 3);
    await fixture.expectPublishedOnce(70);
    await expect(countBacklog(fixture.pool, 'rabbitmq')).resolves.toBe(50);
    await eventually(() => relay.health().role === 'failing', { deadlineMs: 10_000 });

    await relays.drained();

    const events = await relays.published();
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(70);
    expect(inVersionOrder(events)).toBe(true);
  });
});
